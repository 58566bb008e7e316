/** Puts a theme on the panel: a preset, light or dark, and the bot's accent made readable in both. */

import { inkOn, parseColour, readable, readableFill, toHex } from "./contrast";
import type { Rgb } from "./contrast";

export const PRESETS = ["calm", "card", "terminal", "contrast"] as const;
export type Preset = (typeof PRESETS)[number];
export type Scheme = "auto" | "light" | "dark";

export interface Theme {
  preset: Preset;
  scheme: Scheme;
}

/** A theme is words in any order: `card`, `dark`, `terminal light`, `high-contrast`. */
export function parseTheme(text: string): Theme {
  const words = text.toLowerCase().split(/[\s,]+/).map((word) => (word === "high-contrast" ? "contrast" : word));
  return {
    preset: PRESETS.find((preset) => words.includes(preset)) ?? "calm",
    scheme: words.includes("dark") ? "dark" : words.includes("light") ? "light" : "auto",
  };
}

type Grounds = readonly [ground: string, bubble: string];

/** What words stand on, by preset, in light and dark, as the style sheet has it; a test holds the two together. */
export const GROUNDS: Record<Preset, { light: Grounds; dark: Grounds }> = {
  calm: { light: ["#ffffff", "#f0f3f5"], dark: ["#16191d", "#23282e"] },
  card: { light: ["#f3f5f7", "#ffffff"], dark: ["#101317", "#1c2127"] },
  terminal: { light: ["#f6f7f2", "#f6f7f2"], dark: ["#0c110d", "#0c110d"] },
  contrast: { light: ["#ffffff", "#ffffff"], dark: ["#000000", "#000000"] },
};

export function applyTheme(root: HTMLElement, text: string, accent: string): void {
  const { preset, scheme } = parseTheme(text);
  root.dataset.preset = preset;
  root.dataset.scheme = scheme;
  const colour = parseColour(accent);
  if (colour === null || preset === "contrast") return;
  setAccent(root, "light", colour, GROUNDS[preset].light);
  setAccent(root, "dark", colour, GROUNDS[preset].dark);
}

function setAccent(root: HTMLElement, scheme: string, colour: Rgb, grounds: Grounds): void {
  const [ground, bubble] = grounds.map(parseColour);
  if (!ground || !bubble) return;
  const fill = readableFill(colour, ground);
  root.style.setProperty(`--accent-${scheme}`, toHex(fill));
  root.style.setProperty(`--on-accent-${scheme}`, toHex(inkOn(fill)));
  root.style.setProperty(`--link-${scheme}`, toHex(readable(readable(colour, ground, 4.5), bubble, 4.5)));
}
