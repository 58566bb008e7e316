/** One live line to the server, whatever carries it: a socket, an event stream or repeated questions. */

import type { ClientFrame, ServerFrame } from "../protocol/frames";

export interface LinkEvents {
  /** The line takes frames now. */
  opened(): void;
  frame(frame: ServerFrame): void;
  /** The line is gone; `unknownVisitor` when the server no longer accepts the visitor token. */
  closed(reason: { unknownVisitor: boolean; retryAfterS: number }): void;
}

export interface Link {
  send(frame: ClientFrame): void;
  close(): void;
}

export type OpenLink = (events: LinkEvents) => Link;

export type LinkKind = "socket" | "stream" | "poll";
