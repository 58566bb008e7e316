/** An item's value as bubbles: what stands in a file as words, one entry, a list, or a list with a title. It goes back in the shape in which it came. */
import type { Json } from "../types";

export type Entry = Readonly<Record<string, Json>>;
type Shape = "word" | "one" | "list" | "about" | "typed" | "variants";
export type Parts = { shape: Shape; about: Entry; entries: readonly Entry[] };
/** The names of types whose items are written as messages. */
const NATURAL: ReadonlySet<string> = new Set(["choices", "media", "text", "image", "audio", "video", "file", "card", "carousel", "list", "location", "form", "template", "raw"]);

export const KINDS = ["text", "image", "audio", "video", "file", "card", "carousel", "list", "location", "form", "template", "raw"] as const;
export type Kind = (typeof KINDS)[number] | "pause";
const MEDIA = new Set(["image", "audio", "video"]);

/** Whether it is a mapping. */
export function isEntry(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The bubbles of a value. One of a type of its own has none, and one with variants has them in its variants. */
export function partsOf(value: Json | undefined): Parts {
  if (isEntry(value)) {
    if (typeof value.type === "string" && !NATURAL.has(value.type)) return { shape: "typed", about: value, entries: [] };
    if (Array.isArray(value.variants)) return { shape: "variants", about: value, entries: [] };
    const { entries, ...about } = value;
    if (entries !== undefined) return { shape: "about", about, entries: listOf(entries).map(asEntry) };
    return { shape: "one", about: {}, entries: [value] };
  }
  if (Array.isArray(value)) return { shape: "list", about: {}, entries: value.map(asEntry) };
  if (value === undefined || value === null) return { shape: "list", about: {}, entries: [] };
  return { shape: "word", about: {}, entries: [asEntry(value)] };
}

/** The value of bubbles, in the shape of before where they fit into it. */
export function valueOf(parts: Parts, entries: readonly Entry[] = parts.entries): Json {
  const [first] = entries;
  if (parts.shape === "typed" || parts.shape === "variants") return parts.about;
  if (parts.shape === "about") return { ...parts.about, entries };
  if (entries.length === 1 && first) {
    if (parts.shape === "word" && isOnlyText(first)) return first.text ?? "";
    if (parts.shape === "one") return first;
  }
  return entries;
}

function isOnlyText(entry: Entry): boolean {
  return Object.keys(entry).length === 1 && typeof entry.text === "string";
}

function asEntry(value: Json): Entry {
  return isEntry(value) ? value : { text: value };
}

/** A list; a single value counts as a list of one. */
export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

/** Which kind of message an entry is; text beside a picture is its caption. */
export function kindOf(entry: Entry): Kind {
  const found = KINDS.filter((kind) => kind in entry);
  return found.find((kind) => MEDIA.has(kind)) ?? found[0] ?? "pause";
}

/** Words as they are shown in a field; a number is words too. */
export function wordsOf(value: Json | undefined): string {
  return value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
}

/** An entry with a property changed; undefined takes it away. The order of properties stays. */
export function changed(entry: Entry, name: string, value: Json | undefined): Entry {
  if (value !== undefined) return { ...entry, [name]: value };
  const { [name]: _, ...others } = entry;
  return others;
}

const FRESH: Record<Kind, Entry> = {
  text: { text: "" },
  image: { image: "", alt: "" },
  audio: { audio: "", alt: "" },
  video: { video: "", alt: "" },
  file: { file: "", name: "" },
  card: { card: { title: "" } },
  carousel: { carousel: [{ title: "" }] },
  list: { list: [{ title: "" }] },
  location: { location: { latitude: 0, longitude: 0, title: "" } },
  form: { form: { title: "", fields: [{ name: "name", label: "" }] } },
  template: { template: { name: "", parameters: {} } },
  raw: { raw: { channel: "web", body: {} } },
  pause: { typing: "1s" },
};

/** A new bubble of a kind. */
export function fresh(kind: Kind): Entry {
  return FRESH[kind];
}

/** A list with one element at another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.filter((_, index) => index !== from);
  const one = list[from];
  if (one === undefined || to < 0 || to >= list.length) return [...list];
  return [...rest.slice(0, to), one, ...rest.slice(to)];
}

/** A list with one element replaced. */
export function replaced<T>(list: readonly T[], at: number, by: T): T[] {
  return list.map((one, index) => (index === at ? by : one));
}

/** Where two values differ: paths such as `0.text`. A list that grew or shrank differs as a whole. */
export function differences(before: Json | undefined, after: Json | undefined, path = ""): string[] {
  if (Object.is(before, after)) return [];
  const below = (key: string) => (path === "" ? key : `${path}.${key}`);
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((one: Json, index) => differences(one, after[index] as Json, below(String(index))));
  }
  if (isEntry(before) && isEntry(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], below(key)));
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
}
