import { beforeEach, describe, expect, test } from "vitest";
import type { ClientFrame } from "../src/protocol/frames";
import { Delivery } from "../src/store/delivery";
import type { OutboxItem } from "../src/transport/outbox";
import { Outbox } from "../src/transport/outbox";
import { FakeClock } from "./fakes";

function item(id: string, conversation = "c", change: Partial<OutboxItem> = {}): OutboxItem {
  return { id, conversation, event: { type: "message", body: id }, at: 0, state: "sending", problem: "", attempts: 0, secret: false, ...change };
}

describe("the outbox", () => {
  test("gives one item per conversation at a time, in order", () => {
    const outbox = new Outbox();
    for (const one of [item("a"), item("b"), item("x", "other"), item("draft", "")]) outbox.put(one);
    expect(outbox.take().map(({ id }) => id)).toEqual(["a", "x"]);
    expect(outbox.take()).toEqual([]);
    outbox.acknowledged("a");
    expect(outbox.take().map(({ id }) => id)).toEqual(["b"]);
  });

  test("gives everything under way again when the line was lost", () => {
    const outbox = new Outbox();
    outbox.put(item("a"));
    outbox.take();
    outbox.lineLost();
    expect(outbox.take().map(({ id }) => id)).toEqual(["a"]);
  });

  test("an item that breaks every line is not sent for ever", () => {
    const outbox = new Outbox();
    outbox.put(item("a"));
    let failed: OutboxItem[] = [];
    for (let line = 0; line < 5; line++) {
      outbox.take();
      failed = outbox.lineLost();
    }
    expect(failed.map(({ id }) => id)).toEqual(["a"]);
    expect(outbox.take()).toEqual([]);
  });

  test("a copy that is behind does not take back what was sent", () => {
    const outbox = new Outbox();
    outbox.put(item("a"));
    outbox.acknowledged("a");
    outbox.put(item("a"));
    expect(outbox.get("a")?.state).toBe("sent");
  });

  test("adopts what was written before there was a conversation", () => {
    const outbox = new Outbox();
    outbox.put(item("a", ""));
    expect(outbox.adopt("c").map(({ id, conversation }) => [id, conversation])).toEqual([["a", "c"]]);
    expect(outbox.take().map(({ id }) => id)).toEqual(["a"]);
  });
});

describe("delivery", () => {
  let clock: FakeClock;
  let outbox: Outbox;
  let sent: ClientFrame[];
  let renewed: number;
  let up: boolean;
  let delivery: Delivery;

  beforeEach(() => {
    clock = new FakeClock();
    outbox = new Outbox();
    sent = [];
    renewed = 0;
    up = true;
    const port = { send: (frame: ClientFrame) => up && sent.push(frame) > 0, renew: () => { renewed += 1; }, changed: () => undefined };
    delivery = new Delivery(outbox, port, clock);
  });

  test("sends the same id again after the line came back", () => {
    outbox.put(item("a"));
    delivery.pump();
    delivery.lineLost();
    delivery.pump();
    expect(sent.map((frame) => (frame.t === "send" ? frame.id : ""))).toEqual(["a", "a"]);
  });

  test("keeps items while the line is down", () => {
    up = false;
    outbox.put(item("a"));
    delivery.pump();
    up = true;
    delivery.pump();
    expect(sent).toHaveLength(1);
  });

  test("makes a new line when no answer comes, and gives up after several", async () => {
    outbox.put(item("a"));
    for (let attempt = 0; attempt < 5; attempt++) {
      delivery.pump();
      await clock.pass(12_000);
    }
    expect(renewed).toBe(5);
    expect(outbox.get("a")).toMatchObject({ state: "failed", problem: "unanswered" });
    delivery.pump();
    expect(sent).toHaveLength(5);
  });

  test("a refusal is shown and lets the next one go", () => {
    outbox.put(item("a"));
    outbox.put(item("b"));
    delivery.pump();
    delivery.refused("a", "too-long", 0);
    expect(outbox.get("a")).toMatchObject({ state: "failed", problem: "too-long" });
    expect(sent).toHaveLength(2);
  });

  test("a rate limit waits as long as the server says, in order", async () => {
    outbox.put(item("a"));
    outbox.put(item("b"));
    delivery.pump();
    delivery.refused("a", "rate", 3);
    await clock.pass(2_900);
    expect(sent).toHaveLength(1);
    await clock.pass(200);
    expect(sent.map((frame) => (frame.t === "send" ? frame.id : ""))).toEqual(["a", "a"]);
  });

  test("a tap tries a failed one again", () => {
    outbox.put(item("a", "c", { state: "failed", problem: "rate" }));
    delivery.pump();
    expect(sent).toEqual([]);
    outbox.retry("a");
    delivery.pump();
    expect(sent).toHaveLength(1);
  });
});
