import { parse, TYPE } from "@formatjs/icu-messageformat-parser";
import type { MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import { describe, expect, it } from "vitest";
import { languageFor, LANGUAGES, PSEUDO } from "../src/i18n";
import { pseudo } from "../src/i18n/pseudo";

type Words = { [id: string]: string | Words };
const CONSOLE = import.meta.glob<Words>("../src/locales/*.json", { eager: true, import: "default" });
const CONTENT = import.meta.glob<Words>("../src/features/content/words/*.json", { eager: true, import: "default" });
const LIVE = import.meta.glob<Words>("../src/features/live/words/*.json", { eager: true, import: "default" });
const KIT = import.meta.glob<Words>("../../../packages/sdk/src/locales/*.json", { eager: true, import: "default" });

function flat(words: Words, before = ""): [string, string][] {
  return Object.entries(words).flatMap(([id, value]) => (typeof value === "string" ? [[before + id, value]] : flat(value, `${before}${id}.`)));
}

/** The names of what a message takes. */
function argumentsOf(elements: readonly MessageFormatElement[]): Set<string> {
  const found = new Set<string>();
  for (const one of elements) {
    if (one.type === TYPE.literal || one.type === TYPE.pound) continue;
    found.add(one.value);
    if (one.type === TYPE.plural || one.type === TYPE.select) {
      for (const option of Object.values(one.options)) for (const name of argumentsOf(option.value)) found.add(name);
    }
  }
  return found;
}

const fileOf = (files: Record<string, Words>, language: string): Words => Object.entries(files).find(([path]) => path.endsWith(`/${language}.json`))?.[1] ?? {};
const others = LANGUAGES.map((one) => one.id).filter((id) => id !== "en");

describe.each([["console", CONSOLE] as const, ["kit", KIT] as const, ["pages about content", CONTENT] as const, ["live parts", LIVE] as const])("the words of the %s", (_, files) => {
  const english = new Map(flat(fileOf(files, "en")));

  it.each(others)("are all there in %s, with the same arguments", (language) => {
    const words = new Map(flat(fileOf(files, language)));
    expect([...words.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [id, message] of words) {
      expect([...argumentsOf(parse(message))].sort(), id).toEqual([...argumentsOf(parse(english.get(id) ?? ""))].sort());
    }
  });

  it("can be made longer and accented without losing an argument", () => {
    for (const [id, message] of flat(pseudo(fileOf(files, "en")) as Words)) {
      expect([...argumentsOf(parse(message))].sort(), id).toEqual([...argumentsOf(parse(english.get(id) ?? ""))].sort());
    }
  });
});

describe("the language", () => {
  it("is the nearest that there is", () => {
    expect(["de-AT", "ar", "fr-CA", "sw", undefined, PSEUDO].map(languageFor)).toEqual(["de", "ar", "fr", "en", "en", PSEUDO]);
  });
});
