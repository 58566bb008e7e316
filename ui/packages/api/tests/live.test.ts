import { describe, expect, it, vi } from "vitest";
import { backoffMs, Live } from "../src";
import type { SocketLike } from "../src";

class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
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
});
