/**
 * What the lines without a socket share: something is held for each conversation that is open, what the client says goes by POST,
 * and the first failure ends the line.
 */

import type { ClientFrame } from "../protocol/frames";
import type { Api } from "./http";
import { Refused } from "./http";
import type { LinkEvents, Link } from "./link";
import { postFrame } from "./post-sender";

export abstract class RequestLine<Held> implements Link {
  protected readonly held = new Map<string, Held>();
  protected done = false;

  constructor(
    protected readonly api: Api,
    protected readonly events: LinkEvents,
    private readonly release: (held: Held) => void,
  ) {
    queueMicrotask(() => this.done || events.opened());
  }

  send(frame: ClientFrame): void {
    if (this.done) return;
    if (frame.t === "open") void this.listen(frame.conversation, frame.after);
    else postFrame(this.api, frame, (reply) => this.done || this.events.frame(reply), (error) => this.fail(error));
  }

  close(): void {
    this.done = true;
    for (const held of this.held.values()) this.release(held);
    this.held.clear();
  }

  /** Holds something for this conversation from now on, in place of what was held before. */
  protected hold(conversation: string, held: Held): void {
    const before = this.held.get(conversation);
    if (before !== undefined) this.release(before);
    this.held.set(conversation, held);
  }

  protected fail(error: unknown): void {
    if (this.done) return;
    this.close();
    const { status, retryAfterS } = error instanceof Refused ? error : new Refused(0, "unreachable", "", 0);
    this.events.closed({ unknownVisitor: status === 401, retryAfterS });
  }

  protected abstract listen(conversation: string, after: number): Promise<void>;
}
