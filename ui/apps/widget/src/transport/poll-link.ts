/** The line of last resort: a question that the server holds until there is something, asked again and again. */

import type { Clock } from "./clock";
import type { Api } from "./http";
import type { LinkEvents, OpenLink } from "./link";
import { RequestLine } from "./request-line";

const WAIT_S = 25;
const PAGE = 200;
/** A pause after a hasty empty answer, so that a proxy that does not hold requests is not stormed. */
const BREATH_MS = 2_000;

export function pollLink(api: Api, clock: Clock): OpenLink {
  return (events) => new PollLine(api, events, clock);
}

class PollLine extends RequestLine<AbortController> {
  constructor(
    api: Api,
    events: LinkEvents,
    private readonly clock: Clock,
  ) {
    super(api, events, (round) => round.abort());
  }

  protected async listen(conversation: string, from: number): Promise<void> {
    const round = new AbortController();
    this.hold(conversation, round);
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
      if (!over()) this.fail(error);
    }
  }
}
