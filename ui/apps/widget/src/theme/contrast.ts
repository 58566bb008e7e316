/** Colours as numbers: contrast by WCAG, and the nearest lightness at which a colour is readable. */

export type Rgb = readonly [number, number, number];

export function parseColour(text: string): Rgb | null {
  const hex = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(text.trim())?.[1];
  if (hex !== undefined) {
    const full = hex.length === 3 ? Array.from(hex).map((digit) => digit + digit).join("") : hex;
    return [channel(full.slice(0, 2), 16), channel(full.slice(2, 4), 16), channel(full.slice(4, 6), 16)];
  }
  const rgb = /^rgb\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*\)$/i.exec(text.trim());
  return rgb === null ? null : [channel(rgb[1], 10), channel(rgb[2], 10), channel(rgb[3], 10)];
}

export function toHex(colour: Rgb): string {
  return `#${colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

export function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [17, 17, 17];

/** Black or white, whichever is easier to read on this colour. */
export function inkOn(colour: Rgb): Rgb {
  return contrast(WHITE, colour) >= contrast(BLACK, colour) ? WHITE : BLACK;
}

/** The colour, made darker or lighter just as far as it needs for this contrast to the ground. */
export function readable(colour: Rgb, ground: Rgb, ratio: number): Rgb {
  const target = luminance(ground) > 0.18 ? 0 : 255;
  for (let share = 0; share <= 1; share += 0.02) {
    const mixed = mix(colour, target, share);
    if (contrast(mixed, ground) >= ratio) return mixed;
  }
  return [target, target, target];
}

/** The nearest fill that stands out from the ground (3:1) and carries black or white words (4.5:1). */
export function readableFill(colour: Rgb, ground: Rgb): Rgb {
  for (let share = 0; share <= 1; share += 0.02) {
    for (const target of [0, 255]) {
      const mixed = mix(colour, target, share);
      if (contrast(mixed, inkOn(mixed)) >= 4.5 && contrast(mixed, ground) >= 3) return mixed;
    }
  }
  return inkOn(ground);
}

function mix(colour: Rgb, target: number, share: number): Rgb {
  const part = (value: number) => Math.round(value + (target - value) * share);
  return [part(colour[0]), part(colour[1]), part(colour[2])];
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channel(text: string | undefined, radix: number): number {
  return Math.min(255, parseInt(text ?? "0", radix));
}
