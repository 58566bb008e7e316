import { describe, expect, it } from "vitest";
import { DARK, LIGHT } from "../src/theme/tokens";
import type { Tokens } from "../src/theme/tokens";

/** Relative luminance as WCAG has it. */
function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const TONES = ["good", "warn", "bad", "info", "calm", "human"] as const;
const GROUNDS = ["ground", "surface", "raised", "sunken", "hover", "selected"] as const;

describe.each([["light", LIGHT] as const, ["dark", DARK] as const])("in the %s scheme", (_, tokens: Tokens) => {
  it("text has a contrast of 4.5 on every ground", () => {
    for (const ground of GROUNDS) {
      expect(contrast(tokens.text, tokens[ground]), ground).toBeGreaterThanOrEqual(4.5);
      expect(contrast(tokens.link, tokens[ground]), `link on ${ground}`).toBeGreaterThanOrEqual(4.5);
      if (ground !== "selected") expect(contrast(tokens.muted, tokens[ground]), `muted on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("states are readable", () => {
    for (const tone of TONES) expect(contrast(tokens[tone].text, tokens[tone].ground), tone).toBeGreaterThanOrEqual(4.5);
  });

  it("buttons are readable, hovered too", () => {
    for (const [text, ground] of [[tokens.onAccent, tokens.accent], [tokens.onAccent, tokens.accentHover], [tokens.onDanger, tokens.danger], [tokens.onDanger, tokens.dangerHover]] as const) {
      expect(contrast(text, ground), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it("edges of controls and the focus have a contrast of 3", () => {
    for (const ground of ["surface", "ground", "raised"] as const) {
      expect(contrast(tokens.control, tokens[ground]), ground).toBeGreaterThanOrEqual(3);
      expect(contrast(tokens.focus, tokens[ground]), ground).toBeGreaterThanOrEqual(3);
    }
  });
});
