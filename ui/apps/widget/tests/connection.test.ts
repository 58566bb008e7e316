import { beforeEach, describe, expect, test } from "vitest";
import { backoffMs } from "../src/transport/backoff";
import { Connection } from "../src/transport/connection";
import type { LinkState } from "../src/transport/connection";
import { FakeClock, entryFrame, fakeLinks, frame, out } from "./fakes";

const opened = (last: number) => frame({ t: "opened", conversation: "c", last_n: last, read_n: 0 });

describe("a connection", () => {
  let clock: FakeClock;
  let kinds: ReturnType<typeof fakeLinks>[];
  let states: LinkState[];
  let forgotten: number;
  let online: boolean;
  let connection: Connection;

  beforeEach(() => {
    clock = new FakeClock();
    kinds = [fakeLinks(), fakeLinks(), fakeLinks()];
    states = [];
    forgotten = 0;
    online = true;
    const events = { state: (state: LinkState) => void states.push(state), frame: () => undefined, unknownVisitor: () => { forgotten += 1; } };
    const [socket, stream, poll] = kinds.map(({ open }) => open);
    if (!socket || !stream || !poll) throw new Error("three kinds");
    connection = new Connection([["socket", socket], ["stream", stream], ["poll", poll]], events, clock, () => online);
  });

  const link = (kind = 0) => kinds[kind]?.links.at(-1) ?? expect.fail("no line");

  test("does nothing before somebody follows a conversation", () => {
    expect(kinds[0]?.links).toHaveLength(0);
    expect(connection.state).toBe("idle");
  });

  test("opens the conversation where it left off", () => {
    connection.follow("c", 7);
    link().events.opened();
    expect(link().sent).toEqual([{ t: "open", conversation: "c", after: 7 }]);
    expect(states).toEqual(["connecting", "open"]);
  });

  test("resumes after the last entry that arrived, without gaps", async () => {
    connection.follow("c", 0);
    link().events.opened();
    link().events.frame(opened(0));
    for (const n of [1, 2, 4]) link().events.frame(entryFrame("c", out(n, "x")));
    link().break();
    await clock.pass(1_000);
    link().events.opened();
    expect(link().sent).toEqual([{ t: "open", conversation: "c", after: 2 }]);
  });

  test("waits longer after every failure, with jitter, and starts over once it worked", async () => {
    connection.follow("c", 0);
    link().break();
    expect(clock.waiting).toEqual([375]);
    online = false;
    await clock.pass(375);
    link().break();
    expect(clock.waiting).toEqual([750]);
    await clock.pass(750);
    link().events.opened();
    link().events.frame(opened(0));
    link().break();
    expect(clock.waiting).toEqual([375]);
  });

  test("obeys the server about when to come back", () => {
    connection.follow("c", 0);
    link().break({ unknownVisitor: false, retryAfterS: 20 });
    expect(clock.waiting[0]).toBeGreaterThanOrEqual(20_000);
  });

  test("tries at once when the network comes back", () => {
    connection.follow("c", 0);
    link().break();
    connection.nudge();
    expect(kinds[0]?.links).toHaveLength(2);
    expect(clock.waiting).toEqual([]);
  });

  test("steps down to the stream and to polling when lines die without a frame", async () => {
    connection.follow("c", 0);
    for (let tries = 0; tries < 2; tries++) {
      link(0).break();
      await clock.pass(5_000);
    }
    expect(connection.linkKind).toBe("stream");
    for (let tries = 0; tries < 2; tries++) {
      link(1).break();
      await clock.pass(20_000);
    }
    expect(connection.linkKind).toBe("poll");
    expect(kinds.map(({ links }) => links.length)).toEqual([2, 2, 1]);
  });

  test("a line that delivered something is not a reason to step down", async () => {
    connection.follow("c", 0);
    for (let tries = 0; tries < 5; tries++) {
      link().events.opened();
      link().events.frame(opened(0));
      link().break();
      await clock.pass(60_000);
    }
    expect(connection.linkKind).toBe("socket");
  });

  test("being offline is not a reason to step down", async () => {
    online = false;
    connection.follow("c", 0);
    for (let tries = 0; tries < 5; tries++) {
      link().break();
      await clock.pass(60_000);
    }
    expect(connection.linkKind).toBe("socket");
  });

  test("tries the best kind again after a while", async () => {
    connection.follow("c", 0);
    for (let tries = 0; tries < 2; tries++) {
      link(0).break();
      await clock.pass(5_000);
    }
    link(1).events.opened();
    link(1).events.frame(opened(0));
    await clock.pass(6 * 60_000);
    link(1).break();
    await clock.pass(5_000);
    expect(connection.linkKind).toBe("socket");
  });

  test("says that the visitor is unknown", () => {
    connection.follow("c", 0);
    link().break({ unknownVisitor: true, retryAfterS: 0 });
    expect(forgotten).toBe(1);
  });

  test("hears nothing more from a line that it dropped", () => {
    connection.follow("c", 0);
    const old = link();
    connection.renew();
    expect(old.closed).toBe(true);
    old.events.opened();
    expect(connection.state).toBe("connecting");
    expect(old.sent).toEqual([]);
  });

  test("sends only while the line is open", () => {
    expect(connection.send({ t: "ping" })).toBe(false);
    connection.follow("c", 0);
    expect(connection.send({ t: "ping" })).toBe(false);
    link().events.opened();
    expect(connection.send({ t: "ping" })).toBe(true);
  });
});

test("backoff doubles up to half a minute and is spread over half of it", () => {
  expect([0, 1, 2, 10, 99].map((failures) => backoffMs(failures, { random: () => 0 }))).toEqual([250, 500, 1_000, 15_000, 15_000]);
  expect(backoffMs(99, { random: () => 0.999 })).toBeGreaterThan(29_000);
});
