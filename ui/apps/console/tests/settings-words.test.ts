import { describe, expect, it } from "vitest";
import { worded } from "../src/features/settings/words";

type Fields = Record<string, Record<string, { title: string; help: string }>>;
const FILES = Object.entries(import.meta.glob<Fields>("../src/features/settings/fields/*.json", { eager: true, import: "default" }));
const [, first = {}] = FILES[0] ?? [];

describe("the words for settings", () => {
  it.each(FILES)("%s has those of the others", (_, words) => {
    const names = (fields: Fields) => Object.entries(fields).flatMap(([section, some]) => Object.keys(some).map((name) => `${section}.${name}`));
    expect(names(words)).toEqual(names(first));
    for (const some of Object.values(words)) for (const one of Object.values(some)) expect(one.title.length * one.help.length).toBeGreaterThan(0);
  });

  it("take the place of what the server says, where there are some", () => {
    const form = { properties: { a: { title: "A", description: "About A", minimum: 1 }, b: { title: "B" } } };
    const found = worded(form, (name) => (name === "a" ? { title: "Ä", help: undefined } : undefined));
    expect(found.properties).toEqual({ a: { title: "Ä", description: "About A", minimum: 1 }, b: { title: "B" } });
  });
});
