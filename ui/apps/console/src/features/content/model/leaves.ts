/** The words of a value that a translator writes: each with its place, without what code reads. */
import type { Json } from "../types";
import { isEntry } from "./value";

export type Leaf = { path: readonly (string | number)[]; text: string };

const WORDS = new Set(["text", "caption", "alt", "title", "subtitle", "label", "placeholder", "submit", "address", "description"]);
const OFFERS = new Set(["choices", "quick_replies", "buttons", "options"]);
const SHORT = /^(<[^<>\n]{1,200}>\s*)([^]*)$/;

/** The words of a value, in order. */
export function leavesOf(value: Json | undefined): Leaf[] {
  if (typeof value === "string") return [{ path: [], text: value }];
  const found: Leaf[] = [];
  walk(value ?? null, [], false, found);
  return found;
}

function walk(value: Json, path: readonly (string | number)[], words: boolean, found: Leaf[]): void {
  if (typeof value === "string") {
    if (words && value.trim() !== "") found.push({ path, text: SHORT.exec(value)?.[2] ?? value });
    return;
  }
  if (Array.isArray(value)) {
    value.forEach((one: Json, index) => walk(one, [...path, index], words || path.length === 0, found));
    return;
  }
  if (!isEntry(value)) return;
  const offer = typeof path.at(-1) === "string" && OFFERS.has(String(path.at(-1)));
  for (const [name, one] of Object.entries(value)) walk(one, [...path, name], offer ? typeof one === "string" || isEntry(one) : WORDS.has(name) || (OFFERS.has(name) && !isEntry(one)), found);
}

/** The value with other words at a place; what code reads before them stays. */
export function withLeaf(value: Json, path: readonly (string | number)[], text: string): Json {
  const [first, ...rest] = path;
  if (first === undefined) return typeof value === "string" ? (SHORT.exec(value)?.[1] ?? "") + text : text;
  if (Array.isArray(value)) return (value as readonly Json[]).map((one, index) => (index === first ? withLeaf(one, rest, text) : one));
  if (!isEntry(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, name === first ? withLeaf(one, rest, text) : one]));
}

/** Whether two values are built alike, so that words of one have their place in the other. */
export function alike(one: Json | undefined, other: Json | undefined): boolean {
  const places = (value: Json | undefined) => JSON.stringify(leavesOf(value).map(({ path }) => path));
  return places(one) === places(other);
}
