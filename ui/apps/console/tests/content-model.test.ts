import { describe, expect, it } from "vitest";
import { buttonsOf, choicesOf, withChoices, writtenButtons } from "../src/features/content/model/offers";
import { chipsOf, isUnbalanced, repaired, withFallback, written } from "../src/features/content/model/template";
import { changed, differences, fresh, kindOf, KINDS, moved, partsOf, valueOf } from "../src/features/content/model/value";
import { alike, leavesOf, withLeaf } from "../src/features/content/model/leaves";
import { freeName, howOf, shownPath, split, variantsOf, withVariants } from "../src/features/content/model/variants";
import { momentIn } from "../src/features/content/model/zones";
import type { Json } from "../src/features/content/types";

describe("a value as bubbles", () => {
  it.each<[string, Json]>([
    ["words", "Hello"],
    ["one entry", { text: "Hello", choices: { S: "Small" } }],
    ["a list", [{ typing: "1s", text: ["a", "b"] }, { image: "x.png", alt: "" }]],
    ["a list with a title", { title: "Greeting", tags: ["x"], random: true, entries: [{ text: "a" }] }],
    ["a type of its own", { type: "question", text: "Why?", answers: ["a", "b"] }],
    ["variants", { variants: ["Hi", { name: "B", share: 2, text: "Hello" }], choose: "weighted" }],
  ])("goes back in the shape in which it came: %s", (_, value) => {
    expect(valueOf(partsOf(value))).toEqual(value);
  });

  it("becomes a list when there is more than one", () => {
    const parts = partsOf("Hello");
    expect(valueOf(parts, [...parts.entries, fresh("image")])).toEqual([{ text: "Hello" }, { image: "", alt: "" }]);
  });

  it("knows the kind of every bubble that it makes", () => {
    for (const kind of [...KINDS, "pause" as const]) expect(kindOf(fresh(kind))).toBe(kind);
    expect(kindOf({ text: "caption", image: "x.png" })).toBe("image");
  });

  it("says where it was changed", () => {
    expect(differences([{ text: "a", alt: "x" }, { text: "b" }], [{ text: "c", alt: "x" }, { text: "b" }])).toEqual(["0.text"]);
    expect(differences([{ text: "a" }], [{ text: "a" }, { text: "b" }])).toEqual([""]);
    expect(differences({ a: { b: 1 } }, { a: { b: 1, c: 2 } })).toEqual(["a.c"]);
    expect(differences(["x"], ["x"])).toEqual([]);
  });

  it("moves without losing anything", () => {
    expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(moved(["a", "b"], 0, 5)).toEqual(["a", "b"]);
    expect(changed({ a: 1, b: 2 }, "a", undefined)).toEqual({ b: 2 });
  });
});

describe("variants", () => {
  const about = { title: "Greeting", variants: ["Hi", { name: "B", share: 2, text: "Hello" }, { if: "user.vip", entries: [{ text: "Dear" }, { image: "x.png", alt: "" }] }] };

  it("are written as they were", () => {
    expect(withVariants(about, variantsOf(about))).toEqual(about);
    expect(howOf(about)).toBe("weighted");
    expect(freeName(variantsOf(about))).toBe("D");
  });

  it("begin alike, and the last one is a plain item again", () => {
    const made = split(partsOf("Hello"));
    expect(made).toEqual({ variants: [{ name: "A", share: 1, entries: [{ text: "Hello" }] }, { name: "B", share: 1, entries: [{ text: "Hello" }] }], choose: "weighted" });
    expect(withVariants(about, variantsOf(about).slice(2))).toEqual({ title: "Greeting", entries: [{ text: "Dear" }, { image: "x.png", alt: "" }] });
  });

  it.each<[Json, string, string]>([
    ["Hi", "", "0.text"],
    [{ text: "Hi" }, "text", "0.text"],
    [[{ text: "Hi" }], "0.text", "0.text"],
    [{ entries: [{ text: "Hi" }] }, "entries.0.text", "entries.0.text"],
    [{ entries: "Hi" }, "entries", "entries.0.text"],
    [{ type: "question", text: "x" }, "text", "text"],
    [about, "variants.0", "variants.0.entries.0.text"],
    [about, "variants.1.text", "variants.1.entries.0.text"],
    [about, "variants.2.entries.1.image", "variants.2.entries.1.image"],
    [about, "variants.2.if", "variants.2.if"],
  ])("and every other value know the field of a path: %j %s", (value, path, field) => {
    expect(shownPath(value, path)).toBe(field);
  });
});

describe("the clock of a place", () => {
  it.each([
    ["UTC", "2026-11-23T09:00", "2026-11-23T09:00:00.000Z"],
    ["Europe/Paris", "2026-07-01T09:00", "2026-07-01T07:00:00.000Z"],
    ["Europe/Paris", "2026-03-29T02:30", "2026-03-29T01:30:00.000Z"],
    ["Europe/Paris", "2026-10-25T02:30", "2026-10-25T00:30:00.000Z"],
    ["Pacific/Kiritimati", "2026-01-01T00:00", "2025-12-31T10:00:00.000Z"],
    ["Asia/Kathmandu", "2026-01-01T12:00", "2026-01-01T06:15:00.000Z"],
  ])("in %s, %s is %s", (zone, local, moment) => {
    expect(momentIn(zone, local).toISOString()).toBe(moment);
  });
});

describe("offered answers", () => {
  it.each<[string, Json]>([
    ["a mapping", { S: "Small", M: "Medium" }],
    ["short ones", ["<ORDER> Order a pizza", "<.HUMAN> Talk to a person", "Just words"]],
    ["mappings", [{ title: "Small", payload: "size-s" }, { title: "Big", payload: "B", image: "b.png" }, { title: "{{ one }}", each: "many", as: "one" }]],
  ])("are written as they were: %s", (_, choices) => {
    const entry = { text: "?", choices };
    expect(withChoices(entry, choicesOf(entry))).toEqual(entry);
  });

  it("leave the entry with the last one", () => {
    expect(withChoices({ text: "?", quick_replies: ["a"] }, [])).toEqual({ text: "?" });
  });

  it("that have the same payload twice become a list instead of losing one", () => {
    const entry = { text: "?", choices: { S: "Small", M: "Medium" } };
    const rows = choicesOf(entry).map((row) => ({ ...row, payload: "S" }));
    expect(withChoices(entry, rows)).toEqual({ text: "?", choices: ["<S> Small", "<S> Medium"] });
  });
});

describe("buttons", () => {
  it("are written as they were", () => {
    const buttons: Json = ["<ORDER> Order", "Say it", { title: "Our site", link: "https://example.org/" }, { title: "Call", call: "+33 1" }, { title: "low", postback: "lower" }];
    expect(writtenButtons(buttonsOf(buttons))).toEqual(buttons);
  });
});

describe("words for translators", () => {
  const value: Json = [
    { typing: "1s", text: ["Hello", "Hi"], if: "user.vip" },
    { text: "Which?", choices: { S: "Small", M: { title: "Medium", image: "m.png" } } },
    { text: "What?", quick_replies: ["<ORDER> Order", { title: "Call", payload: "CALL" }] },
    { card: { title: "Pizza", image: "p.png", alt: "A pizza", buttons: [{ title: "Site", link: "https://x" }] } },
  ];

  it("are all there, and nothing that code reads", () => {
    expect(leavesOf(value).map(({ text }) => text)).toEqual(["Hello", "Hi", "Which?", "Small", "Medium", "What?", "Order", "Call", "Pizza", "A pizza", "Site"]);
    expect(leavesOf("Just words")).toEqual([{ path: [], text: "Just words" }]);
  });

  it("are written to their places, and everything else stays", () => {
    const shouted = leavesOf(value).reduce<Json>((made, { path, text }) => withLeaf(made, path, text.toUpperCase()), value);
    expect(leavesOf(shouted).map(({ text }) => text)).toEqual(leavesOf(value).map(({ text }) => text.toUpperCase()));
    expect(JSON.stringify(shouted)).toContain("<ORDER> ORDER");
    expect(JSON.stringify(shouted)).toContain('"link":"https://x"');
    expect(alike(value, shouted)).toBe(true);
    expect(alike(value, [{ text: "x" }])).toBe(false);
  });
});

describe("variables in words", () => {
  it("are found with what is said without them", () => {
    const chips = chipsOf("Hi {{ user.first_name | default('you') }}, {{ total|number(2) }} {% if x %}{{ a + b }}{% endif %}");
    expect(chips.map(({ name, fallback, filters }) => ({ name, fallback, filters }))).toEqual([
      { name: "user.first_name", fallback: "you", filters: "" },
      { name: "total", fallback: null, filters: "|number(2)" },
    ]);
  });

  it("get another fallback, with any words in it", () => {
    const text = "Hi {{ name }}!";
    for (const fallback of ["you", "l'ami", 'a "b"', "back\\slash", "}} {{", ""]) {
      const [chip] = chipsOf(text);
      if (!chip) throw new Error("no chip");
      const next = withFallback(text, chip, fallback);
      expect(chipsOf(next)[0]?.fallback, next).toBe(fallback);
      expect(next.endsWith("!")).toBe(true);
    }
    expect(written("total", "0", "| number(2)")).toBe("{{ total | number(2) | default('0') }}");
  });

  it.each([
    ["Hi {{ name", "Hi {{ name }}"],
    ["Hi {{ name }", "Hi {{ name }}"],
    ["Hi {{ user.name | default('you'), all", "Hi {{ user.name | default('you') }}, all"],
    ["{{ a and {{ b }}", "{{ a }}and {{ b }}"],
    ["a {{", "a {"],
    ["a {{{{", "a {"],
    ["a {{ }} b", "a { b"],
    ["fine {{ name }} {literal} }}", "fine {{ name }} {literal} }}"],
    ["", ""],
  ])("are mended: %s", (broken, whole) => {
    expect(repaired(broken)).toBe(whole);
    expect(isUnbalanced(whole)).toBe(false);
  });
});
