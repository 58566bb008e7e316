import { describe, expect, it } from "vitest";
import { teller } from "../src/features/audit/sentences";
import type { Sentences } from "../src/features/audit/sentences";

const FILES = import.meta.glob<Sentences>("../src/features/audit/sentences/*.json", { eager: true, import: "default" });
const of = (language: string): Sentences => FILES[`../src/features/audit/sentences/${language}.json`] ?? {};
const holes = (sentence = ""): string[] => (sentence.match(/\{\w+\}/g) ?? []).sort();

describe.each(["fr", "de", "ar"])("the sentences of the audit log in %s", (language) => {
  it("are all there, with the same parts", () => {
    expect(Object.keys(of(language))).toEqual(Object.keys(of("en")));
    for (const [key, sentence] of Object.entries(of(language))) expect(holes(sentence), key).toEqual(holes(of("en")[key]));
  });

  it("are found by what was written", () => {
    const tell = teller(of("en"), of(language));
    for (const [key, sentence] of Object.entries(of("en"))) {
      const filled = (words: string) => words.replace(/\{(\w+)\}/g, "\u2068<$1>\u2069");
      expect(tell({ verb: key.split(" ", 1)[0] ?? "", what: filled(sentence).replace(/[\u2068\u2069]/g, "") })).toBe(filled(of(language)[key] ?? ""));
    }
  });
});

describe("a line of the audit log", () => {
  const tell = teller(of("en"), of("de"));

  it("keeps what people wrote, whatever it is", () => {
    expect(tell({ verb: "key.added", what: "made the key $& {name} \\1\nx" })).toBe("hat den Schlüssel \u2068$& {name} \\1\nx\u2069 angelegt");
  });

  it("stays as it is where it is a module's, or has another form", () => {
    expect(tell({ verb: "notes.removed", what: "removed the note" })).toBe("removed the note");
    expect(tell({ verb: "key.added", what: "did something else" })).toBe("did something else");
  });
});
