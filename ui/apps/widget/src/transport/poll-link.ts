/** The line of last resort: a question that the server holds until there is something, asked again and again. */

import type { ClientFrame } from "../protocol/frames";
import type { Clock } from "./clock";
import type { Api } from "./http";
import { Refused } from "./http";
import type { LinkEvents, OpenLink } from "./link";
import { postFrame } from "./post-sender";

const WAIT_S = 25;
const PAGE = 200;
/** A pause after a hasty empty answer, so that a proxy that does not hold requests is not stormed. */
const BREATH_MS = 2_000;

export function pollLink(api: Api, clock: Clock): OpenLink {
  return (events) => {
    const line = new PollLine(api, events, clock);
    queueMicrotask(() => line.start());
    return line;
  };
}

class PollLine {
  private readonly rounds = new Map<string, AbortController>();
  private done = false;

  constructor(
    private readonly api: Api,
    private readonly events: LinkEvents,
    private readonly clock: Clock,
  ) {}

  start(): void {
    if (!this.done) this.events.opened();
  }

  send(frame: ClientFrame): void {
    if (this.done) return;
    if (frame.t === "open") void this.listen(frame.conversation, frame.after);
    else postFrame(this.api, frame, (reply) => this.done || this.events.frame(reply), (error) => this.fail(error));
  }

  close(): void {
    this.done = true;
    for (const round of this.rounds.values()) round.abort();
    this.rounds.clear();
  }

  private async listen(conversation: string, from: number): Promise<void> {
    this.rounds.get(conversation)?.abort();
    const round = new AbortController();
    this.rounds.set(conversation, round);
    const over = () => round.signal.aborted;
    let after = from;
    let first = true;
    try {
      while (!over()) {
        const askedAt = this.clock.now();
        const history = await this.api.messages(conversation, after, PAGE, first ? 0 : WAIT_S, round.signal);
        if (over()) return;
        const hasty = !first && history.entries.length === 0 && this.clock.now() - askedAt < BREATH_MS;
        if (first) this.events.frame({ t: "opened", conversation, last_n: history.lastN, read_n: history.readN });
        first = false;
        for (const entry of history.entries) this.events.frame({ t: "entry", conversation, entry });
        after = history.entries.at(-1)?.n ?? after;
        if (hasty) await new Promise<void>((done) => void this.clock.after(BREATH_MS, done));
      }
    } catch (error) {
      if (!over()) this.fail(error instanceof Refused ? error : new Refused(0, "unreachable", "", 0));
    }
  }

  private fail(error: Refused): void {
    if (this.done) return;
    this.close();
    this.events.closed({ unknownVisitor: error.status === 401, retryAfterS: error.retryAfterS });
  }
}
