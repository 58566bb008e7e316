import { describe, expect, it } from "vitest";
import { asJob, isOpen, quarter, withJob } from "../src/features/live/api";
import type { Job } from "../src/features/live/api";
import { withTalks } from "../src/features/home/api";
import type { Home, Talk } from "../src/features/home/api";
import { asLine, fits, isGone, joined, MOST, NOTHING } from "../src/features/logs/lines";
import type { LogLine } from "../src/features/logs/lines";

function there<T>(found: T | null): T {
  if (found === null) throw new Error("It was not read.");
  return found;
}

const job = (id: string, changes: Partial<Job> = {}): Job => ({ ...there(asJob({ id, state: "running", done: 0, total: 0, created: 1000, started: 0, changed: 2000, ended: 0 })), ...changes });

describe("jobs", () => {
  it("have moments as texts, also when they came live as numbers", () => {
    expect(job("a")).toMatchObject({ created: "1970-01-01T00:00:01.000Z", started: null, ended: null });
    expect(asJob({ read: true })).toBeNull();
  });

  it("stay in their place, and new ones come first", () => {
    const list = withJob([job("b"), job("a")], job("a", { done: 5 }));
    expect(list.map((one) => [one.id, one.done])).toEqual([["b", 0], ["a", 5]]);
    expect(withJob(list, job("c")).map((one) => one.id)).toEqual(["c", "b", "a"]);
  });

  it("are said in quarters, where it is known how much there is", () => {
    expect([[0, 100], [24, 100], [25, 100], [99, 100], [100, 100], [120, 100], [7, 0]].map(([done = 0, total = 0]) => quarter({ done, total }))).toEqual([0, 0, 1, 3, 4, 4, null]);
    expect([isOpen(job("a", { state: "paused" })), isOpen(job("a", { state: "failed" }))]).toEqual([true, false]);
  });
});

const line = (seq: number, changes: Partial<LogLine> = {}): LogLine => ({ ...there(asLine({ seq, at: 5, level: "info", logger: "turns", event: "turn.finished", data: { conversation: "c1", ms: 4 } })), ...changes });

describe("lines of the log", () => {
  it("are left out when they do not fit what is looked for", () => {
    const wanted = (changes: Partial<typeof NOTHING>) => fits(line(1), { ...NOTHING, ...changes });
    expect([wanted({}), wanted({ level: "warning" }), wanted({ logger: "http" }), wanted({ turn: "c1" }), wanted({ turn: "c" }), wanted({ q: "MS=4" }), wanted({ q: "nothing" })]).toEqual([true, false, false, true, false, true, false]);
  });

  it("come once, in order, and not more than a page can hold", () => {
    expect(joined([line(1), line(2)], [line(2), line(3)]).map((one) => one.seq)).toEqual([1, 2, 3]);
    const many = Array.from({ length: MOST + 20 }, (_, index) => line(index + 1));
    expect(joined(many, [line(9999)])).toHaveLength(MOST);
    expect(asLine({ seq: 1 })).toBeNull();
  });

  it("are those of the worker that one looks at, until it is told to be gone", () => {
    const of = (worker: string) => fits({ ...line(1), worker }, { ...NOTHING, worker: "there:2" });
    expect([of("there:2"), of("here:1"), of("")]).toEqual([true, false, false]);
    expect(there(asLine({ seq: 2, at: 5, event: "x", worker: "there:2" })).worker).toBe("there:2");
    expect([isGone({ worker: "there:2", gone: true }, "there:2"), isGone({ worker: "other:3", gone: true }, "there:2"), isGone(null, "there:2")]).toEqual([true, false, false]);
    expect(asLine({ worker: "there:2", gone: true })).toBeNull();
  });
});

describe("who talks now", () => {
  it("moves up when something is said, and counts who waits for a person", () => {
    const talk = (id: string, updated: string, mode = "bot"): Talk => ({ id, updated, mode, user: "u", title: id, channel: "web" });
    const home = { now: { conversations: 2, waiting: 0, events_per_minute: 1, items: [talk("a", "2026-01-02"), talk("b", "2026-01-01")] } } as Home;
    const then = withTalks(home, [talk("b", "2026-01-03", "human"), talk("c", "2026-01-04")]).now;
    expect(then?.items.map((one) => one.id)).toEqual(["c", "b", "a"]);
    expect([then?.conversations, then?.waiting]).toEqual([3, 1]);
  });
});
