/** The line by Server-Sent Events, one stream per conversation, with POST for what the client says. */

import { parseFrame } from "../protocol/frames";
import type { ClientFrame } from "../protocol/frames";
import type { Api } from "./http";
import { Refused } from "./http";
import type { LinkEvents, OpenLink } from "./link";
import { postFrame } from "./post-sender";

export interface StreamLike {
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  onerror: ((event: Event) => void) | null;
  close(): void;
}

export type OpenStream = (url: string) => StreamLike;

export function streamLink(api: Api, open: OpenStream = (url) => new EventSource(url)): OpenLink {
  return (events) => {
    const line = new StreamLine(api, events, open);
    queueMicrotask(() => line.start());
    return line;
  };
}

class StreamLine {
  private readonly streams = new Map<string, StreamLike>();
  private done = false;

  constructor(
    private readonly api: Api,
    private readonly events: LinkEvents,
    private readonly open: OpenStream,
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
    for (const stream of this.streams.values()) stream.close();
    this.streams.clear();
  }

  private async listen(conversation: string, after: number): Promise<void> {
    try {
      const ticket = await this.api.ticket();
      if (this.done) return;
      this.streams.get(conversation)?.close();
      const stream = this.open(this.api.eventsUrl(conversation, ticket, after));
      this.streams.set(conversation, stream);
      stream.onmessage = (event) => this.hear(event.data);
      stream.onerror = () => this.fail(new Refused(0, "unreachable", "", 0));
    } catch (error) {
      this.fail(error instanceof Refused ? error : new Refused(0, "unreachable", "", 0));
    }
  }

  private hear(data: unknown): void {
    const frame = typeof data === "string" ? parseFrame(data) : null;
    if (frame === null || this.done) return;
    if (frame.t === "bye") this.fail(new Refused(503, frame.code, frame.detail, frame.retryAfterS));
    else this.events.frame(frame);
  }

  private fail(error: Refused): void {
    if (this.done) return;
    this.close();
    this.events.closed({ unknownVisitor: error.status === 401, retryAfterS: error.retryAfterS });
  }
}
