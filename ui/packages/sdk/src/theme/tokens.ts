/** The colours of the console, once per scheme. A test holds the contrast of every pair that is used together. */

/** Neutral and coloured ramps, light to dark, made in OKLCH (even steps of lightness). */
export const RAMPS = {
  gray: ["#f8fafc", "#f2f4f6", "#eaedf0", "#dfe3e6", "#d0d5d9", "#b2b8bd", "#858d94", "#616a71", "#404950", "#232a2f"],
  dark: ["#e5e8ec", "#c7cbd0", "#a3a8ae", "#7b8187", "#4d535a", "#383e44", "#292e35", "#1e2329", "#151a1f", "#0e1216"],
  accent: ["#eff9fc", "#d8f0f6", "#bae3ed", "#94d3e3", "#67c0d5", "#3ca8bf", "#228fa4", "#10798c", "#096373", "#084b57"],
  red: ["#fff2f1", "#ffe1dd", "#ffc9c3", "#ffaca4", "#ff8a82", "#eb6a64", "#cd534e", "#b0423f", "#913532", "#6f2725"],
  green: ["#f1faf2", "#ddf2e0", "#c2e5c8", "#a2d7ac", "#7dc58c", "#5cad6f", "#45935a", "#367d49", "#2a663b", "#204e2c"],
  amber: ["#fcf6ee", "#f7e9d6", "#efd7b6", "#e5c190", "#d7a864", "#c18d3d", "#a67527", "#8e6219", "#755011", "#593c0d"],
  blue: ["#eff8ff", "#d9eeff", "#bcdfff", "#98ccff", "#6fb6fe", "#4b9dec", "#3584ce", "#266fb1", "#1d5b93", "#164470"],
  violet: ["#f7f5ff", "#ece7ff", "#ddd3ff", "#ccbbff", "#b79ffc", "#a083e9", "#876ccc", "#7259af", "#5e4891", "#47366e"],
} as const;

type Tone = { text: string; ground: string; line: string };
export type Tokens = {
  ground: string;
  surface: string;
  raised: string;
  sunken: string;
  hover: string;
  line: string;
  control: string;
  text: string;
  muted: string;
  accent: string;
  accentHover: string;
  onAccent: string;
  link: string;
  selected: string;
  focus: string;
  danger: string;
  dangerHover: string;
  onDanger: string;
} & Record<"good" | "warn" | "bad" | "info" | "calm" | "human", Tone>;

const { gray, dark, accent, red, green, amber, blue, violet } = RAMPS;

export const LIGHT: Tokens = {
  ground: gray[0],
  surface: "#ffffff",
  raised: "#ffffff",
  sunken: gray[1],
  hover: gray[1],
  line: gray[3],
  control: gray[6],
  text: gray[9],
  muted: "#58616a",
  accent: accent[7],
  accentHover: accent[8],
  onAccent: "#ffffff",
  link: accent[8],
  selected: accent[1],
  focus: accent[7],
  danger: red[7],
  dangerHover: red[8],
  onDanger: "#ffffff",
  good: { text: green[8], ground: green[1], line: green[5] },
  warn: { text: amber[8], ground: amber[1], line: amber[5] },
  bad: { text: red[8], ground: red[1], line: red[5] },
  info: { text: blue[8], ground: blue[1], line: blue[5] },
  calm: { text: gray[8], ground: gray[2], line: gray[6] },
  human: { text: violet[8], ground: violet[1], line: violet[5] },
};

export const DARK: Tokens = {
  ground: dark[9],
  surface: dark[8],
  raised: dark[7],
  sunken: "#11161b",
  hover: dark[7],
  line: dark[6],
  control: "#6a7178",
  text: dark[0],
  muted: dark[2],
  accent: accent[4],
  accentHover: accent[3],
  onAccent: "#062a32",
  link: accent[4],
  selected: "#0d3540",
  focus: accent[4],
  danger: red[4],
  dangerHover: red[3],
  onDanger: "#36100f",
  good: { text: green[3], ground: "#15301d", line: green[7] },
  warn: { text: amber[3], ground: "#382a10", line: amber[7] },
  bad: { text: red[3], ground: "#451d1c", line: red[7] },
  info: { text: blue[3], ground: "#122d49", line: blue[7] },
  calm: { text: dark[1], ground: dark[6], line: dark[3] },
  human: { text: violet[3], ground: "#2e2549", line: violet[7] },
};

/** The tokens as custom properties: `--gb-text`, `--gb-good-ground`, … */
export function variablesOf(tokens: Tokens): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(tokens)) {
    const property = `--gb-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (typeof value === "string") found[property] = value;
    else for (const [part, colour] of Object.entries(value)) found[`${property}-${part}`] = colour;
  }
  return found;
}
