import { describe, expect, test } from "vitest";
import { openReplies, rowsOf } from "../src/components/rows";
import type { Entry, EntryOut } from "../src/protocol/messages";
import { Pacer } from "../src/store/pacer";
import { MASK, withoutSecrets } from "../src/store/secrets";
import { Thread } from "../src/store/thread";
import type { OutboxItem } from "../src/transport/outbox";
import { FakeClock, into, out } from "./fakes";

describe("a thread", () => {
  test("takes each entry once, in order, and notices a gap", () => {
    const thread = new Thread("c");
    expect([1, 2, 2, 1, 4, 3, 4].map((n) => thread.add(out(n, "x")))).toEqual(["added", "added", "known", "known", "gap", "added", "added"]);
    expect(thread.entries.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
  });

  test("starts in the middle and takes history before it only where it joins", () => {
    const thread = new Thread("c", 10);
    thread.add(out(11, "x"));
    thread.prepend([out(7, "a")], 5);
    expect(thread.hasEarlier).toBe(true);
    thread.prepend([8, 9, 10].map((n) => out(n, "a")), 7);
    expect(thread.entries.map(({ n }) => n)).toEqual([8, 9, 10, 11]);
    expect(thread.start).toBe(7);
  });

  test("comes back from the cache as it was", () => {
    const thread = Thread.restore("c", [out(4, "a"), into(5, "b")]);
    expect([thread.start, thread.last]).toEqual([3, 5]);
  });
});

describe("the bot's pace", () => {
  function paced(hurried = false) {
    const clock = new FakeClock();
    const log: string[] = [];
    const pacer = new Pacer({ show: (entry: EntryOut) => void log.push(`show ${entry.n}`), typing: (on) => void log.push(on ? "typing" : "still") }, clock, () => hurried);
    return { clock, log, pacer };
  }
  const message = (n: number, wait_ms: number, typing_ms: number) => out(n, { type: "text", text: "x", wait_ms, typing_ms });

  test("a pause, typing dots, the message, then the next one", async () => {
    const { clock, log, pacer } = paced();
    pacer.push(message(1, 500, 1_000));
    pacer.push(message(2, 0, 300));
    expect(log).toEqual([]);
    await clock.pass(500);
    expect(log).toEqual(["typing"]);
    await clock.pass(1_000);
    expect(log).toEqual(["typing", "still", "show 1", "typing"]);
    expect(pacer.busy).toBe(true);
    await clock.pass(300);
    expect(log.slice(4)).toEqual(["still", "show 2"]);
    expect(pacer.busy).toBe(false);
  });

  test("without a pace it is shown at once", () => {
    const { log, pacer } = paced();
    pacer.push(message(1, 0, 0));
    expect(log).toEqual(["show 1"]);
  });

  test("everything is shown in order when the visitor goes on", async () => {
    const { clock, log, pacer } = paced();
    for (const n of [1, 2, 3]) pacer.push(message(n, 0, 1_000));
    pacer.flush();
    await clock.pass(5_000);
    expect(log.filter((line) => line.startsWith("show"))).toEqual(["show 1", "show 2", "show 3"]);
    expect(log.at(-4)).toBe("still");
  });

  test("nobody waits in a tab that is not seen", () => {
    const { log, pacer } = paced(true);
    pacer.push(message(1, 1_000, 1_000));
    expect(log).toContain("show 1");
  });

  test("no bot keeps a visitor waiting for ever", async () => {
    const { clock, log, pacer } = paced();
    pacer.push(message(1, 0, 86_400_000));
    await clock.pass(15_000);
    expect(log).toContain("show 1");
  });
});

describe("rows", () => {
  const question = out(2, { type: "choices", text: "Which?", quick_replies: [{ title: "A", payload: "a" }, { title: "B" }] });
  const state = (entries: Entry[], items: OutboxItem[] = []) => ({ entries, revealed: 99, items, uploads: [], unreadFrom: 0, config: { start_payload: "GET_STARTED" } });
  const item = (change: Partial<OutboxItem> = {}): OutboxItem => ({ id: "i", conversation: "c", event: { type: "message", body: "x" }, at: 0, state: "sending", problem: "", attempts: 0, secret: false, ...change });

  test("the start payload is not something the visitor said", () => {
    const start: Entry = { n: 1, at: 0, author: "user", dir: "in", id: "s", body: { type: "payload", payload: "GET_STARTED" } };
    expect(rowsOf(state([start, question])).map(({ kind }) => kind)).toEqual(["day", "entry"]);
    expect(openReplies(state([start, question]))).toHaveLength(2);
  });

  test("answers are open until something is said, and the chosen one is marked", () => {
    const chosen: Entry = { n: 3, at: 3, author: "user", dir: "in", id: "x", body: { type: "payload", payload: "a", title: "A" } };
    expect(openReplies(state([question]))).toHaveLength(2);
    expect(openReplies(state([question], [item()]))).toEqual([]);
    expect(openReplies(state([question], [item({ state: "failed" })]))).toHaveLength(2);
    expect(openReplies(state([question, chosen]))).toEqual([]);
    expect(rowsOf(state([question, chosen])).find((row) => row.kind === "entry")).toMatchObject({ answered: true, chosen: "A" });
  });

  test("an item is not shown beside its entry", () => {
    expect(rowsOf(state([into(1, "x", "i")], [item()])).map(({ key }) => key)).toEqual(["day-1", "i"]);
  });

  test("what waits for its pace is not shown", () => {
    expect(rowsOf({ ...state([out(1, "a"), out(2, "b")]), revealed: 1 }).filter(({ kind }) => kind === "entry")).toHaveLength(1);
  });

  test("what only other channels understand leaves no trace", () => {
    expect(rowsOf(state([out(1, { type: "typing" }), out(2, { type: "raw" }), out(3, { type: "template" })]))).toEqual([]);
    expect(rowsOf(state([out(1, { type: "raw", extra: { web: { type: "text" } } })]))).toHaveLength(2);
  });

  test("entries of one author stand together", () => {
    const rows = rowsOf(state([out(1, "a"), out(2, "b"), out(3, "c", { author: "operator:Amir" })]));
    expect(rows.map((row) => (row.kind === "entry" ? row.first : null))).toEqual([null, true, false, true]);
  });
});

test("what a password field held is not stored", () => {
  const form = out(1, { type: "form", form_id: "f", fields: [{ name: "pin", label: "PIN", kind: "password" }, { name: "name", label: "Name" }] });
  const filled: Entry = { n: 2, at: 0, author: "user", dir: "in", id: "x", body: { type: "form", form_id: "f", values: { pin: "1234", name: "Ada" } } };
  expect(withoutSecrets([form, filled])[1]?.body).toMatchObject({ values: { pin: MASK, name: "Ada" } });
});
