/** The one socket of the console: topics with sequence numbers, which it takes up again after a break without a gap or a repeat. */

export type LiveState = "connecting" | "live" | "offline";
/** `seq` is null for what is only true at this moment. */
export type LiveMessage = { topic: string; seq: number | null; data: unknown };
type Listener = (message: LiveMessage) => void;
type Topic = { after: number | null; listeners: Set<Listener>; onGap: Set<() => void>; onBegin: Set<() => void>; said: unknown };

/** What a socket must be able to do; a test gives its own. */
export type SocketLike = {
  onopen: (() => void) | null;
  onclose: ((event?: { code?: number }) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  send: (text: string) => void;
  close: () => void;
};

export type LiveOptions = {
  open: () => SocketLike;
  /** Milliseconds until the next try, by the number of tries that failed. */
  backoff?: (failures: number) => number;
  later?: (work: () => void, ms: number) => () => void;
  /** The server closed it because nobody is signed in any more. */
  onSignedOut?: () => void;
  /** Milliseconds without a word from the server after which the connection counts as lost. */
  quietMs?: number;
};

const FIRST_MS = 500;
const MOST_MS = 30_000;
/** The server says each 20 s that it is there. */
const QUIET_MS = 50_000;
const SIGNED_OUT = 4401;

/** Twice as long after each failure, up to 30 s, by chance up to a half less: not all pages come back at the same moment. */
export function backoffMs(failures: number, chance: () => number = Math.random): number {
  return Math.min(MOST_MS, FIRST_MS * 2 ** failures) * (1 - chance() / 2);
}

/** A connection that keeps itself up while anybody listens. */
export class Live {
  #topics = new Map<string, Topic>();
  #socket: SocketLike | null = null;
  /** Whether the socket that is there takes words; one that has just been opened anew does not yet. */
  #ready = false;
  #state: LiveState = "connecting";
  #since = Date.now();
  #failures = 0;
  #cancel: (() => void) | null = null;
  #quiet: ReturnType<typeof setTimeout> | null = null;
  #watchers = new Set<() => void>();
  #options: LiveOptions;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** How the connection is. */
  get state(): LiveState {
    return this.#state;
  }

  /** Milliseconds since 1970 at which the state became what it is. */
  get since(): number {
    return this.#since;
  }

  /** Calls back at every change of state; gives what ends that. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  /**
   * Listens to a topic. `onGap` is called when messages were lost for good, so that the page asks for everything anew;
   * `onBegin` when messages begin to come: what was asked before may lack what happened in between.
   */
  subscribe(name: string, listener: Listener, onGap?: () => void, onBegin?: () => void): () => void {
    const topic = this.#topics.get(name) ?? this.#added(name);
    topic.listeners.add(listener);
    if (onGap) topic.onGap.add(onGap);
    if (onBegin && topic.after === null) topic.onBegin.add(onBegin);
    this.#start();
    return () => {
      topic.listeners.delete(listener);
      if (onGap) topic.onGap.delete(onGap);
      if (onBegin) topic.onBegin.delete(onBegin);
      if (topic.listeners.size === 0) this.#forget(name);
    };
  }

  /** Tells something on a topic that is listened to, such as how one is present; said again after a break. */
  say(name: string, data: unknown): void {
    const topic = this.#topics.get(name);
    if (topic === undefined) return;
    topic.said = data;
    if (this.#ready) this.#socket?.send(JSON.stringify({ say: name, data }));
  }

  /** Ends the connection: nobody is signed in any more. */
  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    const socket = this.#socket;
    this.#socket = null;
    this.#ready = false;
    this.#hush();
    socket?.close();
  }

  #added(name: string): Topic {
    const topic: Topic = { after: null, listeners: new Set(), onGap: new Set(), onBegin: new Set(), said: undefined };
    this.#topics.set(name, topic);
    if (this.#ready) this.#ask(name, topic);
    return topic;
  }

  #forget(name: string): void {
    this.#topics.delete(name);
    if (this.#ready) this.#socket?.send(JSON.stringify({ unsubscribe: name }));
    if (this.#topics.size === 0) this.close();
  }

  #start(): void {
    if (this.#socket !== null || this.#cancel !== null) return;
    const socket = this.#options.open();
    this.#socket = socket;
    socket.onopen = () => this.#opened(socket);
    socket.onclose = (event) => this.#closed(socket, event?.code);
    socket.onmessage = (event) => this.#received(event.data);
  }

  #opened(socket: SocketLike): void {
    if (socket !== this.#socket) return;
    this.#failures = 0;
    this.#ready = true;
    this.#become("live");
    this.#heard(socket);
    for (const [name, topic] of this.#topics) this.#ask(name, topic);
  }

  #ask(name: string, topic: Topic): void {
    this.#socket?.send(JSON.stringify(topic.after === null ? { subscribe: name } : { subscribe: name, after: topic.after }));
    if (topic.said !== undefined) this.#socket?.send(JSON.stringify({ say: name, data: topic.said }));
  }

  /** A connection that has died without a word is found by its silence. */
  #heard(socket: SocketLike): void {
    this.#hush();
    this.#quiet = setTimeout(() => {
      if (socket !== this.#socket) return;
      socket.close();
      this.#closed(socket);
    }, this.#options.quietMs ?? QUIET_MS);
  }

  #hush(): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    this.#quiet = null;
  }

  #closed(socket: SocketLike, code?: number): void {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.#ready = false;
    this.#hush();
    if (code === SIGNED_OUT) this.#options.onSignedOut?.();
    this.#become(this.#failures === 0 ? "connecting" : "offline");
    if (this.#topics.size === 0) return;
    const wait = (this.#options.backoff ?? backoffMs)(this.#failures++);
    const later = this.#options.later ?? laterByTimer;
    this.#cancel = later(() => {
      this.#cancel = null;
      this.#start();
    }, wait);
  }

  #received(text: unknown): void {
    if (this.#socket) this.#heard(this.#socket);
    const message = parsed(text);
    if (message === null) return;
    const topic = this.#topics.get(message.topic);
    if (topic === undefined) return;
    if (message.passing) {
      for (const listener of topic.listeners) listener({ topic: message.topic, seq: null, data: message.data });
      return;
    }
    if (message.subscribed) {
      topic.after = message.seq;
      for (const begun of topic.onBegin) begun();
      topic.onBegin.clear();
      return;
    }
    if (message.gap) {
      topic.after = message.seq;
      for (const lost of topic.onGap) lost();
      return;
    }
    if (topic.after !== null && message.seq <= topic.after) return;
    topic.after = message.seq;
    for (const listener of topic.listeners) listener({ topic: message.topic, seq: message.seq, data: message.data });
  }

  #become(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#since = Date.now();
    for (const changed of this.#watchers) changed();
  }
}

type Wire = { topic: string; seq: number; data: unknown; gap: boolean; subscribed: boolean; passing: boolean };

function parsed(text: unknown): Wire | null {
  if (typeof text !== "string") return null;
  try {
    const found = JSON.parse(text) as Partial<Wire> | null;
    const passing = found?.passing === true;
    if (typeof found?.topic !== "string" || (typeof found.seq !== "number" && !passing)) return null;
    return { topic: found.topic, seq: found.seq ?? 0, data: found.data, gap: found.gap === true, subscribed: found.subscribed === true, passing };
  } catch {
    return null;
  }
}

function laterByTimer(work: () => void, ms: number): () => void {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
}
