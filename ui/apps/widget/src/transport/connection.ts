/**
 * Keeps one line to the server alive: chooses the kind (socket, stream, poll), reconnects with backoff and jitter and resumes
 * every followed conversation after the last entry that arrived. Knows nothing of screens or of stored messages.
 */

import type { ClientFrame, ServerFrame } from "../protocol/frames";
import { backoffMs } from "./backoff";
import type { Clock } from "./clock";
import type { Link, LinkKind, OpenLink } from "./link";

export type LinkState = "idle" | "connecting" | "open" | "waiting";

export interface ConnectionEvents {
  state(state: LinkState): void;
  frame(frame: ServerFrame): void;
  /** The visitor token is no longer accepted: a new session is needed before the next attempt. */
  unknownVisitor(): void;
}

/** So many lines of one kind may die without a single frame before the next kind is tried. */
const TRIES_PER_KIND = 2;
/** After so long on a lesser kind, a reconnect tries the best one again. */
const RETRY_BEST_MS = 5 * 60_000;

export class Connection {
  state: LinkState = "idle";
  private link: Link | null = null;
  private readonly positions = new Map<string, number>();
  private failures = 0;
  private fruitless = 0;
  private kind = 0;
  private steppedDownAt = 0;
  private cancelWait: () => void = () => undefined;

  constructor(
    private readonly kinds: readonly (readonly [LinkKind, OpenLink])[],
    private readonly events: ConnectionEvents,
    private readonly clock: Clock,
    private readonly online: () => boolean = () => navigator.onLine,
  ) {}

  get linkKind(): LinkKind {
    return this.kinds[this.kind]?.[0] ?? "poll";
  }

  /** Follows a conversation from after position `after`; again, when somebody missed entries. */
  follow(conversation: string, after: number): void {
    this.positions.set(conversation, after);
    if (this.state === "idle") this.attempt();
    else if (this.state === "open") this.link?.send({ t: "open", conversation, after });
  }

  isFollowing(conversation: string): boolean {
    return this.positions.has(conversation);
  }

  /** Sends a frame if the line is open; the answer says whether it went out. */
  send(frame: ClientFrame): boolean {
    if (this.state !== "open" || this.link === null) return false;
    this.link.send(frame);
    return true;
  }

  /** Tries at once instead of waiting out the backoff: the network came back, or the visitor looks at the page. */
  nudge(): void {
    if (this.state !== "waiting") return;
    this.cancelWait();
    this.attempt();
  }

  /** Drops the line and makes a new one: an answer is overdue. */
  renew(): void {
    if (this.state === "idle") return;
    this.drop();
    this.attempt();
  }

  /** Lets go of everything. */
  stop(): void {
    this.drop();
    this.positions.clear();
    this.enter("idle");
  }

  private drop(): void {
    this.cancelWait();
    this.link?.close();
    this.link = null;
  }

  private attempt(): void {
    const open = this.kinds[this.kind]?.[1];
    if (open === undefined) return;
    this.enter("connecting");
    let heard = false;
    const current: { link: Link | null } = { link: null };
    const live = () => this.link !== null && this.link === current.link;
    current.link = open({
      opened: () => live() && this.opened(),
      frame: (frame) => {
        if (!live()) return;
        if (!heard) this.worked();
        heard = true;
        this.hear(frame);
      },
      closed: ({ unknownVisitor, retryAfterS }) => {
        if (!live()) return;
        this.link = null;
        if (unknownVisitor) this.events.unknownVisitor();
        else if (!heard) this.wasFruitless();
        this.wait(retryAfterS);
      },
    });
    this.link = current.link;
  }

  private opened(): void {
    for (const [conversation, after] of this.positions) this.link?.send({ t: "open", conversation, after });
    this.enter("open");
  }

  private worked(): void {
    this.failures = 0;
    this.fruitless = 0;
  }

  private wasFruitless(): void {
    if (!this.online()) return;
    this.fruitless += 1;
    if (this.fruitless < TRIES_PER_KIND) return;
    this.fruitless = 0;
    if (this.kind === 0) this.steppedDownAt = this.clock.now();
    this.kind = (this.kind + 1) % this.kinds.length;
  }

  private wait(retryAfterS: number): void {
    if (this.kind > 0 && this.clock.now() - this.steppedDownAt >= RETRY_BEST_MS) this.kind = 0;
    const delay = Math.max(backoffMs(this.failures, this.clock), jittered(retryAfterS * 1000, this.clock));
    this.failures += 1;
    this.enter("waiting");
    this.cancelWait = this.clock.after(delay, () => this.attempt());
  }

  private hear(frame: ServerFrame): void {
    if (frame.t === "entry") {
      const known = this.positions.get(frame.conversation);
      if (known !== undefined && frame.entry.n === known + 1) this.positions.set(frame.conversation, frame.entry.n);
    }
    this.events.frame(frame);
  }

  private enter(state: LinkState): void {
    if (this.state === state) return;
    this.state = state;
    this.events.state(state);
  }
}

function jittered(ms: number, clock: Clock): number {
  return ms * (1 + clock.random() / 4);
}
