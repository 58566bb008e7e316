/** The line by WebSocket: a one-use ticket, JSON frames, a ping that notices a dead line. */

import { parseFrame } from "../protocol/frames";
import type { Clock } from "./clock";
import type { Api } from "./http";
import { Refused } from "./http";
import type { LinkEvents, OpenLink } from "./link";

const PING_MS = 25_000;
const SILENCE_MS = 60_000;
const HANDSHAKE_MS = 10_000;

export interface SocketLike {
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(text: string): void;
  close(): void;
}

export type OpenSocket = (url: string) => SocketLike;

export function socketLink(api: Api, clock: Clock, open: OpenSocket = (url) => new WebSocket(url)): OpenLink {
  return (events) => {
    const line = new SocketLine(events, clock);
    api.ticket().then(
      (ticket) => line.attach(() => open(api.socketUrl(ticket))),
      (error: unknown) => line.fail(error),
    );
    return line;
  };
}

class SocketLine {
  private socket: SocketLike | null = null;
  private done = false;
  private heardAt = 0;
  private cancel: () => void;

  constructor(
    private readonly events: LinkEvents,
    private readonly clock: Clock,
  ) {
    this.cancel = clock.after(HANDSHAKE_MS, () => this.finish(false, 0));
  }

  attach(open: () => SocketLike): void {
    if (this.done) return;
    let socket: SocketLike;
    try {
      socket = open();
    } catch {
      this.finish(false, 0);
      return;
    }
    this.socket = socket;
    socket.onopen = () => this.ready();
    socket.onclose = () => this.finish(false, 0);
    socket.onmessage = (event) => {
      if (typeof event.data === "string") this.hear(event.data);
    };
  }

  fail(error: unknown): void {
    const refused = error instanceof Refused ? error : null;
    this.finish(refused?.status === 401, refused?.retryAfterS ?? 0);
  }

  send(frame: object): void {
    this.socket?.send(JSON.stringify(frame));
  }

  close(): void {
    this.done = true;
    this.cancel();
    if (this.socket === null) return;
    this.socket.onclose = null;
    this.socket.onmessage = null;
    this.socket.close();
  }

  private ready(): void {
    if (this.done) return;
    this.heardAt = this.clock.now();
    this.cancel();
    this.watch();
    this.events.opened();
  }

  private hear(text: string): void {
    this.heardAt = this.clock.now();
    const frame = parseFrame(text);
    if (frame === null || this.done) return;
    if (frame.t === "bye") this.finish(frame.code.endsWith("unknown-visitor"), frame.retryAfterS);
    else this.events.frame(frame);
  }

  private watch(): void {
    this.cancel = this.clock.after(PING_MS, () => {
      if (this.clock.now() - this.heardAt >= SILENCE_MS) {
        this.finish(false, 0);
        return;
      }
      this.send({ t: "ping" });
      this.watch();
    });
  }

  private finish(unknownVisitor: boolean, retryAfterS: number): void {
    if (this.done) return;
    this.close();
    this.events.closed({ unknownVisitor, retryAfterS });
  }
}
