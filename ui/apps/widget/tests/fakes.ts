/** Time, a server and its lines, as the tests own them. */

import type { ServerFrame } from "../src/protocol/frames";
import { asFrame, isJson, num, str } from "../src/protocol/frames";
import type { Entry, EntryIn, EntryOut, Message } from "../src/protocol/messages";
import type { Clock } from "../src/transport/clock";
import type { Link, LinkEvents, OpenLink } from "../src/transport/link";
import type { ClientFrame } from "../src/protocol/frames";
import type { SocketLike } from "../src/transport/socket-link";

export class FakeClock implements Clock {
  time = 1_000_000;
  chance = 0.5;
  private timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.time;
  }

  random(): number {
    return this.chance;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  }

  /** Lets time pass, and what was waiting on promises happen. */
  async pass(ms: number): Promise<void> {
    const until = this.time + ms;
    await settle();
    for (let next = this.next(until); next !== undefined; next = this.next(until)) {
      this.timers = this.timers.filter((one) => one !== next);
      this.time = Math.max(this.time, next.at);
      next.run();
      await settle();
    }
    this.time = until;
    await settle();
  }

  get waiting(): number[] {
    return this.timers.map(({ at }) => at - this.time);
  }

  private next(until: number): { at: number; run: () => void } | undefined {
    return this.timers.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0];
  }
}

/** Long enough for every promise that waits for nothing but others. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 8; round++) await new Promise((done) => setImmediate(done));
}

/** A line whose other end is the test. */
export class FakeLink implements Link {
  readonly sent: ClientFrame[] = [];
  closed = false;

  constructor(readonly events: LinkEvents) {}

  send(frame: ClientFrame): void {
    this.sent.push(frame);
  }

  close(): void {
    this.closed = true;
  }

  break(reason = { unknownVisitor: false, retryAfterS: 0 }): void {
    this.events.closed(reason);
  }
}

export function fakeLinks(): { links: FakeLink[]; open: OpenLink } {
  const links: FakeLink[] = [];
  const open = (events: LinkEvents) => {
    const link = new FakeLink(events);
    links.push(link);
    return link;
  };
  return { links, open };
}

export function out(n: number, body: Message | string, extra: Partial<EntryOut> = {}): EntryOut {
  return { n, at: 1_000 * n, author: "bot", dir: "out", body: typeof body === "string" ? { type: "text", text: body } : body, ...extra };
}

export function into(n: number, body: string, id = `id-${n}`): EntryIn {
  return { n, at: 1_000 * n, author: "user", dir: "in", id, body: { type: "message", body } };
}

export function entryFrame(conversation: string, entry: Entry): ServerFrame {
  return { t: "entry", conversation, entry };
}

/** As much of a response as is looked at; the one of the simulated browser takes its time. */
export function response(status: number, json: object): Response {
  return { ok: status < 400, status, text: () => Promise.resolve(JSON.stringify(json)) } as Response;
}

interface Kept {
  id: string;
  entries: Entry[];
}

/** Speaks the protocol from memory: HTTP by `fetch`, and sockets. */
export class FakeServer {
  readonly conversations = new Map<string, Kept>();
  /** Conversations whose end the server was told of. */
  readonly ended: string[] = [];
  readonly sockets = new Set<FakeSocket>();
  reachable = true;
  sessions = 0;
  startPayload = "";
  /** The next so many sends are stored but not acknowledged: the line breaks in between. */
  forgetAcks = 0;
  knownVisitors = new Set<string>();

  readonly fetch = (url: string, init: RequestInit): Promise<Response> => {
    if (!this.reachable) return Promise.reject(new TypeError("offline"));
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as Record<string, unknown>) : {};
    const path = new URL(url, "https://x.test").pathname.replace("/web/shop", "");
    const [status, json] = this.answer(`${init.method ?? "GET"} ${path}`, body, new Headers(init.headers).get("Authorization") ?? "", new URL(url, "https://x.test"));
    return Promise.resolve(response(status, json));
  };

  readonly socket = (): SocketLike => {
    const socket = new FakeSocket(this);
    queueMicrotask(() => (this.reachable ? socket.accept() : socket.cut()));
    return socket;
  };

  say(conversation: string, text: string | Message): void {
    const kept = this.conversations.get(conversation);
    if (kept) this.add(kept, out(kept.entries.length + 1, text, { at: Date.now() }));
  }

  cut(): void {
    for (const socket of [...this.sockets]) socket.cut();
  }

  receive(kept: Kept, id: string, event: unknown): { n: number; duplicate: boolean } {
    const known = kept.entries.find((entry) => entry.dir === "in" && entry.id === id);
    if (known) return { n: known.n, duplicate: true };
    const n = kept.entries.length + 1;
    this.add(kept, { n, at: Date.now(), author: "user", dir: "in", id, body: event as EntryIn["body"] });
    return { n, duplicate: false };
  }

  private add(kept: Kept, entry: Entry): void {
    kept.entries.push(entry);
    for (const socket of this.sockets) socket.entry(kept.id, entry);
  }

  private answer(call: string, body: Record<string, unknown>, authorization: string, url: URL): [number, object] {
    if (call === "POST /session") return [200, this.session(str(body.visitor))];
    if (!this.knownVisitors.has(authorization.replace("Visitor ", ""))) return [401, { code: "unknown-visitor" }];
    if (call === "POST /ticket") return [200, { ticket: "t" }];
    if (call === "POST /conversations") return [200, { id: this.make() }];
    const [, id = "", what] = /conversations\/([^/]+)\/(\w+)/.exec(call) ?? [];
    const kept = this.conversations.get(id);
    if (what === "end") this.ended.push(id);
    if (kept === undefined) return [404, { code: "unknown-conversation" }];
    if (call.startsWith("POST") && what === "messages") return [200, this.receive(kept, str(body.id), body.event)];
    const after = Number(url.searchParams.get("after"));
    const limit = Number(url.searchParams.get("limit"));
    return [200, { entries: kept.entries.slice(after, after + limit), last_n: kept.entries.length, read_n: 0 }];
  }

  private session(visitor: string): object {
    this.sessions += 1;
    const known = this.knownVisitors.has(visitor) ? visitor : `visitor-${this.sessions}`;
    this.knownVisitors.add(known);
    const conversations = [...this.conversations.values()].map(({ id, entries }) => ({ id, title: "", last_n: entries.length, read_n: 0, updated_ms: 1 }));
    const mine = known === visitor ? conversations : [];
    return { visitor: known, ticket: "t", bot: { id: "shop", name: "Shop bot" }, config: { start_payload: this.startPayload }, limits: {}, conversations: mine, conversation: mine.at(-1)?.id ?? null };
  }

  private make(): string {
    const id = `c${this.conversations.size + 1}`;
    this.conversations.set(id, { id, entries: [] });
    return id;
  }
}

class FakeSocket implements SocketLike {
  onopen: SocketLike["onopen"] = null;
  onmessage: SocketLike["onmessage"] = null;
  onclose: SocketLike["onclose"] = null;
  private readonly open = new Set<string>();

  constructor(private readonly server: FakeServer) {}

  accept(): void {
    this.server.sockets.add(this);
    this.onopen?.(new Event("open"));
  }

  cut(): void {
    this.server.sockets.delete(this);
    this.onclose?.(new CloseEvent("close"));
  }

  close(): void {
    this.server.sockets.delete(this);
  }

  entry(conversation: string, entry: Entry): void {
    if (this.open.has(conversation)) this.tell({ t: "entry", conversation, ...entry });
  }

  send(text: string): void {
    const frame: unknown = JSON.parse(text);
    if (!isJson(frame)) return;
    const kept = this.server.conversations.get(str(frame.conversation));
    if (kept === undefined) return;
    if (frame.t === "open") this.follow(kept, num(frame.after));
    if (frame.t !== "send") return;
    const result = this.server.receive(kept, str(frame.id), frame.event);
    if (this.server.forgetAcks-- > 0) this.cut();
    else this.tell({ t: "ack", id: frame.id, ...result });
  }

  private follow(kept: Kept, after: number): void {
    this.open.add(kept.id);
    this.tell({ t: "opened", conversation: kept.id, last_n: kept.entries.length, read_n: 0 });
    for (const entry of kept.entries.slice(after)) this.entry(kept.id, entry);
  }

  private tell(frame: object): void {
    const data = JSON.stringify(frame);
    queueMicrotask(() => this.onmessage?.(new MessageEvent("message", { data })));
  }
}

export function frame(json: Record<string, unknown>): ServerFrame {
  const parsed = asFrame(json);
  if (parsed === null) throw new Error("not a frame");
  return parsed;
}
