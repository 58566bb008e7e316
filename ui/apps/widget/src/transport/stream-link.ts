/** The line by Server-Sent Events, one stream per conversation, with POST for what the client says. */

import { parseFrame } from "../protocol/frames";
import type { Api } from "./http";
import { Refused } from "./http";
import type { LinkEvents, OpenLink } from "./link";
import { RequestLine } from "./request-line";

export interface StreamLike {
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  onerror: ((event: Event) => void) | null;
  close(): void;
}

export type OpenStream = (url: string) => StreamLike;

export function streamLink(api: Api, open: OpenStream = (url) => new EventSource(url)): OpenLink {
  return (events) => new StreamLine(api, events, open);
}

class StreamLine extends RequestLine<StreamLike> {
  constructor(
    api: Api,
    events: LinkEvents,
    private readonly open: OpenStream,
  ) {
    super(api, events, (stream) => stream.close());
  }

  protected async listen(conversation: string, after: number): Promise<void> {
    try {
      const ticket = await this.api.ticket();
      if (this.done) return;
      const stream = this.open(this.api.eventsUrl(conversation, ticket, after));
      this.hold(conversation, stream);
      stream.onmessage = (event) => this.hear(event.data);
      stream.onerror = (event) => this.fail(event);
    } catch (error) {
      this.fail(error);
    }
  }

  private hear(data: unknown): void {
    const frame = typeof data === "string" ? parseFrame(data) : null;
    if (frame === null || this.done) return;
    if (frame.t === "bye") this.fail(new Refused(503, frame.code, frame.detail, frame.retryAfterS));
    else this.events.frame(frame);
  }
}
