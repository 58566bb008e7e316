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

/** The grounds of the presets in light and dark, as the style sheet has them; a test holds the two together. */
export const GROUNDS: Record<Preset, readonly [string, string]> = {
  calm: ["#ffffff", "#16191d"],
  card: ["#f3f5f7", "#101317"],
  terminal: ["#f6f7f2", "#0c110d"],
  contrast: ["#ffffff", "#000000"],
};

export function applyTheme(root: HTMLElement, text: string, accent: string): void {
  const { preset, scheme } = parseTheme(text);
  root.dataset.preset = preset;
  root.dataset.scheme = scheme;
  const colour = parseColour(accent);
  if (colour === null || preset === "contrast") return;
  const [light, dark] = GROUNDS[preset];
  setAccent(root, "light", colour, parseColour(light));
  setAccent(root, "dark", colour, parseColour(dark));
}

function setAccent(root: HTMLElement, scheme: string, colour: Rgb, ground: Rgb | null): void {
  if (ground === null) return;
  const fill = readableFill(colour, ground);
  root.style.setProperty(`--accent-${scheme}`, toHex(fill));
  root.style.setProperty(`--on-accent-${scheme}`, toHex(inkOn(fill)));
  root.style.setProperty(`--link-${scheme}`, toHex(readable(colour, ground, 4.5)));
}
