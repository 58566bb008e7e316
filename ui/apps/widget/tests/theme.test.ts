import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { GROUNDS, PRESETS, applyTheme, parseTheme } from "../src/theme/apply";
import type { Rgb } from "../src/theme/contrast";
import { contrast, inkOn, parseColour, readable, readableFill } from "../src/theme/contrast";

const folder = join(import.meta.dirname, "../src/theme");
const styles = readdirSync(folder).filter((name) => name.endsWith(".css")).map((name) => readFileSync(join(folder, name), "utf8"));

function colour(text: string): Rgb {
  return parseColour(text) ?? expect.fail(text);
}

describe("contrast", () => {
  test("is what WCAG says", () => {
    expect(contrast(colour("#fff"), colour("#000"))).toBeCloseTo(21, 5);
    expect(contrast(colour("#767676"), colour("#fff"))).toBeCloseTo(4.54, 2);
    expect(parseColour("rgb(1, 2, 3)")).toEqual([1, 2, 3]);
    expect(parseColour("red")).toBeNull();
  });

  const accents = Array.from({ length: 6 ** 3 }, (_, index) => [index % 6, Math.floor(index / 6) % 6, Math.floor(index / 36)].map((step) => step * 51) as unknown as Rgb);

  test("any accent becomes a fill with readable words that stands out, on every ground", () => {
    for (const { light, dark } of Object.values(GROUNDS)) {
      for (const [ground] of [light, dark]) {
        for (const accent of accents) {
          const fill = readableFill(accent, colour(ground));
          expect(contrast(fill, inkOn(fill))).toBeGreaterThanOrEqual(4.5);
          expect(contrast(fill, colour(ground))).toBeGreaterThanOrEqual(3);
        }
      }
    }
  });

  test("any accent becomes a link that can be read on the ground and on a bubble", () => {
    for (const { light, dark } of Object.values(GROUNDS)) {
      for (const [ground, bubble] of [light, dark]) {
        for (const accent of accents) {
          const link = readable(readable(accent, colour(ground), 4.5), colour(bubble), 4.5);
          expect(Math.min(contrast(link, colour(ground)), contrast(link, colour(bubble)))).toBeGreaterThanOrEqual(4.5);
        }
      }
    }
  });

  test("an accent that is good is left alone", () => {
    expect(readableFill(colour("#0b6e7f"), colour("#ffffff"))).toEqual(colour("#0b6e7f"));
  });
});

describe("themes", () => {
  test("are words in any order", () => {
    expect(parseTheme("dark card")).toEqual({ preset: "card", scheme: "dark" });
    expect(parseTheme("High-Contrast")).toEqual({ preset: "contrast", scheme: "auto" });
    expect(parseTheme("")).toEqual({ preset: "calm", scheme: "auto" });
  });

  test("the grounds of the code are those of the style sheet", () => {
    const tokens = styles.find((style) => style.includes("--p-ground")) ?? "";
    const grounds = [...tokens.matchAll(/--p-ground: light-dark\((#\w+), (#\w+)\)/g)].map(([, light = "", dark = ""]) => [colour(light), colour(dark)]);
    expect(grounds).toEqual(PRESETS.map((preset) => [colour(GROUNDS[preset].light[0]), colour(GROUNDS[preset].dark[0])]));
  });

  test("a site may set twelve properties", () => {
    const names = new Set(styles.join("").match(/var\(--gb-[a-z-]+/g));
    expect(names.size).toBe(12);
  });

  test("the accent of the bot is put on the panel, for light and dark", () => {
    const root = document.createElement("div");
    applyTheme(root, "card dark", "#ffcc00");
    expect(root.dataset).toMatchObject({ preset: "card", scheme: "dark" });
    expect(root.style.getPropertyValue("--on-accent-dark")).toBe("#111111");
  });
});

describe("right to left", () => {
  test("no style names a side of the screen", () => {
    const physical = /(^|[\s;{])((margin|padding|border)-(left|right|top|bottom)|left|right|top|bottom|width|height|(min|max)-(width|height)|text-align:\s*(left|right)|float:\s*(left|right))\s*:/m;
    for (const style of styles) expect(style.replaceAll(/@media[^{]*/g, "")).not.toMatch(physical);
  });
});
