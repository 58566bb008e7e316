import "fake-indexeddb/auto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { DrawerStore, MemoryDrawer, openStore } from "../src/store/storage";
import type { Store } from "../src/store/storage";

const makers: Record<string, () => Promise<Store>> = {
  IndexedDB: () => openStore(`test-${Math.random()}`),
  "a drawer": () => Promise.resolve(new DrawerStore(new MemoryDrawer(), "test")),
};

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each(Object.keys(makers))("a store in %s", (name) => {
  const open = () => makers[name]?.() ?? expect.fail();

  test("gives back what was put in", async () => {
    const store = await open();
    await store.set("a", { n: 1 });
    expect(await store.get("a")).toEqual({ n: 1 });
    await store.remove("a");
    expect(await store.get("a")).toBeUndefined();
  });

  test("lists by the beginning of the key and clears", async () => {
    const store = await open();
    for (const key of ["outbox:2", "outbox:1", "thread:1"]) await store.set(key, key);
    expect(await store.all("outbox:")).toEqual(["outbox:1", "outbox:2"]);
    await store.clear();
    expect(await store.all("")).toEqual([]);
  });
});

test("without IndexedDB it is the local storage, without that it is memory", async () => {
  vi.stubGlobal("indexedDB", undefined);
  const store = await openStore("here");
  await store.set("a", 1);
  expect(localStorage.getItem("here/a")).toBe("1");
  vi.stubGlobal("localStorage", undefined);
  const memory = await openStore("there");
  await memory.set("a", 2);
  expect(await memory.get("a")).toBe(2);
});
