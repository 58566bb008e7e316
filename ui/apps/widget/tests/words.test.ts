import { describe, expect, test } from "vitest";
import { announcement } from "../src/components/announcer";
import { fileProblem } from "../src/components/file-check";
import ar from "../src/locales/ar.json";
import de from "../src/locales/de.json";
import en from "../src/locales/en.json";
import es from "../src/locales/es.json";
import fa from "../src/locales/fa.json";
import fr from "../src/locales/fr.json";
import { bestLocale, english, isRtl, loadWords, makeWords, nameOf } from "../src/locales/index";
import { transcript } from "../src/store/transcript";
import { into, out } from "./fakes";

const FILES: Record<string, Record<string, string>> = { ar, de, es, fa, fr };

describe("languages", () => {
  test.each(Object.keys(FILES))("%s has every sentence, with the same places to fill", (locale) => {
    const file = FILES[locale] ?? {};
    const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const [id, text] of Object.entries(en)) {
      expect(Object.keys(file)).toContain(id);
      if (!id.endsWith(".one")) expect([id, places(file[id] ?? "")]).toEqual([id, places(text)]);
    }
    const known = new Set(Object.keys(en).map((id) => id.replace(/\.(one|other)$/, "")));
    for (const id of Object.keys(file)) expect(known).toContain(id.replace(/\.(zero|one|two|few|many|other)$/, ""));
  });

  test("the best one is the first that is wanted, spoken and offered", () => {
    expect(bestLocale(["pt-BR", "de-AT", "en"], [])).toBe("de");
    expect(bestLocale(["de"], ["fr", "en"])).toBe("en");
    expect(bestLocale(["de"], ["fr"])).toBe("fr");
    expect(bestLocale(["de"], ["tlh"])).toBe("de");
  });

  test("counts follow the language's rules", () => {
    const arabic = makeWords("ar", ar);
    expect([1, 2, 3, 11].map((count) => arabic.count("choices.count", count))).toEqual(["خيار واحد", "خياران", "3 خيارات", "11 خيارًا"]);
    expect(english.count("choices.count", 3)).toBe("3 choices");
  });

  test("dates and numbers follow the visitor's region", async () => {
    expect((await loadWords("de", ["fr-FR", "de-AT"])).tag).toBe("de-AT");
    expect((await loadWords("en", ["en-GB"])).tag).toBe("en-GB");
    expect((await loadWords("en", ["en-!"])).tag).toBe("en");
  });

  test("Arabic and Persian are written from right to left", () => {
    expect(["ar", "fa-IR", "en", "de"].map(isRtl)).toEqual([true, true, false, false]);
    expect(makeWords("fa", fa).dir).toBe("rtl");
    expect(nameOf("de")).toBe("Deutsch");
  });
});

test("a turn is announced once, with its choices", () => {
  const entries = [out(1, "**Hi** there."), out(2, { type: "choices", text: "Which?", quick_replies: [{ title: "A" }, { title: "B" }] })];
  expect(announcement(entries, "Shop bot", english)).toBe("Shop bot: Hi there. Which? 2 choices");
  expect(announcement([out(1, "Hello", { author: "operator:Amir" })], "Shop bot", english)).toBe("Amir: Hello");
});

test("a transcript has names, times and words", () => {
  const text = transcript([into(1, "hi"), out(2, "**Hello**"), out(3, { type: "typing" })], "Shop bot", english);
  expect(text).toMatch(/^Conversation with Shop bot\n\n\[.*\] You: hi\n\[.*\] Shop bot: Hello\n$/);
});

test("a file is checked by type and size before it is sent", () => {
  const limits = { file_bytes: 100, file_types: ["image/*", ".csv", "application/pdf"] };
  const file = (name: string, type: string, size = 1) => fileProblem({ name, type, size }, limits);
  expect([file("a.png", "image/png"), file("a.CSV", ""), file("a.pdf", "application/pdf"), file("a.exe", "application/x-msdownload"), file("a.png", "image/png", 101)]).toEqual([null, null, null, "problem.file-type", "problem.file-size"]);
  expect(fileProblem({ name: "a", type: "", size: 1 }, { file_bytes: 100, file_types: [] })).toBeNull();
});
