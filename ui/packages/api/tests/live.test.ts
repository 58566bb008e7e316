import { describe, expect, it, vi } from "vitest";
import { backoffMs, Live } from "../src";
import type { SocketLike } from "../src";

class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onclose: ((event?: { code?: number }) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  sent: unknown[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.closed = true;
    this.onclose?.();
  }

  says(topic: string, seq: number, data: unknown, gap = false): void {
    this.onmessage?.({ data: JSON.stringify({ topic, seq, data, gap }) });
  }

  tells(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

function world() {
  const sockets: FakeSocket[] = [];
  const waiting: (() => void)[] = [];
  const live = new Live({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    later: (work) => {
      waiting.push(work);
      return () => waiting.splice(waiting.indexOf(work), 1);
    },
  });
  const last = (): FakeSocket => {
    const found = sockets.at(-1);
    if (!found) throw new Error("No socket was opened.");
    return found;
  };
  return { live, sockets, waiting, last };
}

describe("the live connection", () => {
  it("says nothing into a socket that is not open yet: after the last page left and the next one came", () => {
    const { live, sockets } = world();
    const stop = live.subscribe("presence:content/shop/a", () => undefined);
    sockets[0]?.onopen?.();
    stop();
    live.subscribe("presence:content/shop/b", () => undefined);
    live.say("presence:content/shop/b", { state: "editing" });
    live.subscribe("content:shop", () => undefined)();
    expect(sockets).toHaveLength(2);
    expect(sockets[1]?.sent).toEqual([]);
    sockets[1]?.onopen?.();
    expect(sockets[1]?.sent).toEqual([{ subscribe: "presence:content/shop/b" }, { say: "presence:content/shop/b", data: { state: "editing" } }]);
  });

  it("says once when messages begin to come", () => {
    const { live, last, waiting } = world();
    const begun = vi.fn();
    live.subscribe("jobs", () => undefined, undefined, begun);
    last().onopen?.();
    expect(begun).not.toHaveBeenCalled();
    last().tells({ topic: "jobs", seq: 3, subscribed: true });
    last().onclose?.();
    waiting[0]?.();
    last().onopen?.();
    last().tells({ topic: "jobs", seq: 3, subscribed: true });
    expect(begun).toHaveBeenCalledOnce();
  });

  it("opens no socket until somebody listens, and closes it when nobody does", () => {
    const { live, sockets, last } = world();
    expect(sockets).toHaveLength(0);
    const stop = live.subscribe("audit", () => undefined);
    last().onopen?.();
    expect(live.state).toBe("live");
    expect(last().sent).toEqual([{ subscribe: "audit" }]);
    stop();
    expect(last().closed).toBe(true);
  });

  it("takes a topic up where it stopped, and repeats nothing", () => {
    const { live, sockets, waiting, last } = world();
    const heard: unknown[] = [];
    live.subscribe("audit", (message) => heard.push(message.data));
    last().onopen?.();
    last().says("audit", 1, "a");
    last().says("audit", 2, "b");
    last().onclose?.();
    expect(live.state).toBe("connecting");
    waiting.shift()?.();
    expect(sockets).toHaveLength(2);
    last().onopen?.();
    expect(last().sent).toEqual([{ subscribe: "audit", after: 2 }]);
    last().says("audit", 2, "b");
    last().says("audit", 3, "c");
    expect(heard).toEqual(["a", "b", "c"]);
  });

  it("asks for everything anew after a gap", () => {
    const { live, last } = world();
    const onGap = vi.fn();
    const heard = vi.fn();
    live.subscribe("audit", heard, onGap);
    last().onopen?.();
    last().says("audit", 40, null, true);
    last().says("audit", 41, "next");
    expect(onGap).toHaveBeenCalledOnce();
    expect(heard).toHaveBeenCalledOnce();
  });

  it("is offline after a second failure, and ignores what it cannot read", () => {
    const { live, waiting, last } = world();
    live.subscribe("audit", () => undefined);
    last().onclose?.();
    waiting.shift()?.();
    last().onclose?.();
    expect(live.state).toBe("offline");
    expect(() => last().onmessage?.({ data: "no json" })).not.toThrow();
  });

  it("waits longer each time, up to half a minute, and not all at the same moment", () => {
    expect([0, 1, 2, 20].map((failures) => backoffMs(failures, () => 0))).toEqual([500, 1000, 2000, 30_000]);
    expect(backoffMs(20, () => 1)).toBe(15_000);
  });

  it("goes on after a break from where the server said, also when nothing was told before it", () => {
    const { live, last, waiting } = world();
    live.subscribe("jobs", () => undefined);
    last().onopen?.();
    last().tells({ topic: "jobs", seq: 41, subscribed: true });
    last().onclose?.();
    waiting.pop()?.();
    last().onopen?.();
    expect(last().sent).toEqual([{ subscribe: "jobs", after: 41 }]);
  });

  it("passes on what is only true now, without a number", () => {
    const { live, last } = world();
    const heard: unknown[] = [];
    live.subscribe("health", (message) => heard.push(message));
    last().onopen?.();
    last().tells({ topic: "health", data: { status: "ok" }, passing: true });
    last().tells({ beat: 1 });
    last().tells({ topic: "health", refused: { code: "http.forbidden" } });
    expect(heard).toEqual([{ topic: "health", seq: null, data: { status: "ok" } }]);
  });

  it("says again after a break how one is present", () => {
    const { live, last, waiting } = world();
    live.subscribe("presence:bot/shop/x", () => undefined);
    last().onopen?.();
    live.say("presence:bot/shop/x", { state: "editing" });
    expect(last().sent.at(-1)).toEqual({ say: "presence:bot/shop/x", data: { state: "editing" } });
    last().onclose?.();
    waiting.pop()?.();
    last().onopen?.();
    expect(last().sent.at(-1)).toEqual({ say: "presence:bot/shop/x", data: { state: "editing" } });
  });

  it("finds by its silence that a connection has died, and tells when nobody is signed in any more", () => {
    vi.useFakeTimers();
    try {
      const { sockets } = { sockets: [] as FakeSocket[] };
      const signedOut = vi.fn();
      const live = new Live({
        open: () => {
          const socket = new FakeSocket();
          sockets.push(socket);
          return socket;
        },
        backoff: () => 10,
        quietMs: 1000,
        onSignedOut: signedOut,
      });
      live.subscribe("jobs", () => undefined);
      sockets[0]?.onopen?.();
      vi.advanceTimersByTime(900);
      sockets[0]?.tells({ beat: 1 });
      vi.advanceTimersByTime(900);
      expect(sockets).toHaveLength(1);
      vi.advanceTimersByTime(120);
      expect(sockets).toHaveLength(2);
      sockets[1]?.onopen?.();
      sockets[1]?.onclose?.({ code: 4401 });
      expect(signedOut).toHaveBeenCalledOnce();
      live.close();
    } finally {
      vi.useRealTimers();
    }
  });
});
