/** Several ways to say an item, of which one is chosen: each with its name, its share, its condition and its messages. */
import type { Json } from "../types";
import { isEntry, listOf, partsOf, valueOf } from "./value";
import type { Entry, Parts } from "./value";

export const HOWS = ["random", "weighted", "sequence", "segment"] as const;
export type How = (typeof HOWS)[number];
const OWN = ["name", "share", "if", "unless"] as const;

export type Variant = { own: Entry; parts: Parts };

/** The variants of a value. */
export function variantsOf(about: Entry): Variant[] {
  return listOf(about.variants).map((node) => {
    if (!isEntry(node)) return { own: {}, parts: partsOf(node) };
    const own = Object.fromEntries(Object.entries(node).filter(([name]) => OWN.some((one) => one === name)));
    const rest = Object.fromEntries(Object.entries(node).filter(([name]) => !OWN.some((one) => one === name)));
    return { own, parts: partsOf(rest) };
  });
}

function written({ own, parts }: Variant): Json {
  const value = valueOf(parts);
  if (isEntry(value)) return { ...own, ...value };
  if (Object.keys(own).length === 0) return value;
  return Array.isArray(value) ? { ...own, entries: value } : { ...own, text: value };
}

/** The value with other variants; with only one left it is a plain item again. */
export function withVariants(about: Entry, variants: readonly Variant[]): Json {
  const [first] = variants;
  if (variants.length === 1 && first) {
    const { variants: _, choose: __, ...rest } = about;
    return Object.keys(rest).length === 0 ? first.parts.entries : { ...rest, entries: first.parts.entries };
  }
  return { ...about, variants: variants.map(written) };
}

/** A plain item as two variants, said equally often, which begin alike. */
export function split(parts: Parts): Json {
  const about = parts.shape === "about" ? parts.about : {};
  const one = (name: string): Entry => ({ name, share: 1, entries: parts.entries });
  return { ...about, variants: [one("A"), one("B")], choose: "weighted" };
}

/** How one is chosen: as it says, else by share where shares differ. */
export function howOf(about: Entry): How {
  const said = HOWS.find((one) => one === about.choose);
  if (said) return said;
  const shares = new Set(variantsOf(about).map(({ own }) => own.share ?? 1));
  return shares.size > 1 ? "weighted" : "random";
}

/** A name that no variant has yet: A, B, C, … */
export function freeName(variants: readonly Variant[]): string {
  const taken = new Set(variants.map(({ own }, index) => own.name ?? String.fromCharCode(65 + index)));
  return Array.from({ length: 50 }, (_, index) => (index < 26 ? String.fromCharCode(65 + index) : `A${index}`)).find((name) => !taken.has(name)) ?? "Z";
}

/** The path of a field in the form, for a path in the value: words alone are the text of the first message. */
export function shownPath(value: Json | undefined, path: string): string {
  if (isEntry(value)) {
    if (typeof value.type === "string" && partsOf(value).shape === "typed") return path;
    const steps = path.split(".");
    if (Array.isArray(value.variants) && steps[0] === "variants" && steps[1] !== undefined) {
      if (OWN.some((one) => one === steps[2])) return path;
      const node = (value.variants as readonly Json[])[Number(steps[1])];
      const inside = isEntry(node) && "entries" in node ? steps.slice(3) : steps.slice(2);
      const inner = isEntry(node) && "entries" in node ? node.entries : node;
      return `variants.${steps[1]}.entries.${shownPath(inner, inside.join("."))}`;
    }
    if ("entries" in value) return steps[0] === "entries" ? `entries.${shownPath(value.entries, steps.slice(1).join("."))}` : path;
    return path === "" ? "0" : `0.${path}`;
  }
  return Array.isArray(value) ? path : "0.text";
}
