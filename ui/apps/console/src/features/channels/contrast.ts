/** Contrast of a colour by WCAG, and the nearest shade that words can be read on: as the web chat computes it. */
type Rgb = readonly [number, number, number];
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [17, 17, 17];
export const ENOUGH = 4.5;

/** How well the better of black and white words stands out; null for what is no colour. */
export function contrastOf(hex: string): number | null {
  const colour = parse(hex);
  return colour && Math.max(contrast(WHITE, colour), contrast(BLACK, colour));
}

/** The colour that the chat shows in its place: readable words on it, and itself against a white page. */
export function shownShade(hex: string): string {
  const colour = parse(hex);
  if (!colour) return hex;
  for (let share = 0; share <= 1; share += 0.02) {
    for (const target of [0, 255]) {
      const mixed = colour.map((part) => Math.round(part + (target - part) * share)) as unknown as Rgb;
      const ink = Math.max(contrast(WHITE, mixed), contrast(BLACK, mixed));
      if (ink >= ENOUGH && contrast(mixed, WHITE) >= 3) return `#${mixed.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
    }
  }
  return "#111111";
}

function parse(hex: string): Rgb | null {
  const found = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(hex.trim());
  return found ? [parseInt(found[1] ?? "", 16), parseInt(found[2] ?? "", 16), parseInt(found[3] ?? "", 16)] : null;
}

function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
