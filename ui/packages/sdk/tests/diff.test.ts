import { describe, expect, it } from "vitest";
import { diffLines, initials } from "../src";
import { folded, score } from "../src/palette/commands";
import { isBare, nameOf } from "../src/shortcuts/keys";
import { ago } from "../src/kit/time";

const marked = (before: string, after: string) => diffLines(before, after).map((line) => `${line.kind[0] ?? ""}${line.text}`);

describe("lines that differ", () => {
  it("keeps what is the same", () => {
    expect(marked("a\nb\nc", "a\nx\nc")).toEqual(["sa", "rb", "ax", "sc"]);
  });

  it("knows empty texts and moved lines", () => {
    expect(marked("", "a")).toEqual(["aa"]);
    expect(marked("a", "")).toEqual(["ra"]);
    expect(marked("a\nb\na", "b\na\nb")).toEqual(["ra", "sb", "sa", "ab"]);
  });

  it("ends with both texts, whatever they are", () => {
    const before = "q w e r t z".split(" ").join("\n");
    const after = "w q r e z t".split(" ").join("\n");
    const lines = diffLines(before, after);
    expect(lines.filter((line) => line.kind !== "added").map((line) => line.text).join("\n")).toBe(before);
    expect(lines.filter((line) => line.kind !== "removed").map((line) => line.text).join("\n")).toBe(after);
  });
});

describe("small words", () => {
  it("takes the first letters of names", () => {
    expect([initials("Ada Lovelace"), initials("Uma"), initials("李 小龙"), initials(" ")]).toEqual(["AL", "U", "李小", "?"]);
  });

  it("says how long ago", () => {
    const now = Date.UTC(2026, 0, 10);
    expect(ago(now - 5 * 60_000, "en", now)).toBe("5 minutes ago");
    expect(ago(now + 26 * 3_600_000, "en", now)).toBe("tomorrow");
    expect(ago(now - 10_000, "en", now)).toBe("now");
  });
});

describe("keys", () => {
  const press = (key: string, more: Partial<KeyboardEvent> = {}) => nameOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

  it("names presses as shortcuts are written", () => {
    expect(press("k", { ctrlKey: true })).toBe("mod+k");
    expect(press("?", { shiftKey: true })).toBe("?");
    expect(press("E", { shiftKey: true })).toBe("shift+e");
    expect(press("Enter", { shiftKey: true })).toBe("shift+enter");
    expect(press("Shift", { shiftKey: true })).toBeNull();
  });

  it("knows which shortcuts are bare characters", () => {
    expect(["g h", "?", "shift+e", "mod+k", "escape", "alt+k"].map(isBare)).toEqual([true, true, true, false, false, false]);
  });
});

describe("the palette", () => {
  it("finds by beginnings of words, without accents", () => {
    expect(score({ label: "Événements en échec" }, "ech")).toBeGreaterThan(0);
    expect(score({ label: "API keys", also: "secrets" }, "secret")).toBeGreaterThan(0);
    expect(score({ label: "Team" }, "tea x")).toBe(0);
    expect(score({ label: "Team" }, "te")).toBeGreaterThan(score({ label: "My team" }, "te"));
    expect(folded("ÉÀ")).toBe("ea");
  });
});
