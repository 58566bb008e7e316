/** The shapes of the content API, as the pages read them. */

export type TextState = "live" | "draft" | "review" | "scheduled" | "missing" | "stale" | "conflict";
export type SourceKind = "code" | "override" | "console" | "module";
export type SourceInfo = { kind: SourceKind; place: string };
export type Who = { at: string; by: string };

export type ItemLine = {
  id: string;
  title: string;
  words: string;
  type: string;
  locales: { locale: string; state: TextState }[];
  state: string;
  source: SourceInfo;
  variants: number;
  used_by: number;
  shown_7d: number;
  clicked_7d: number;
  edited: Who | null;
  version: number;
};

export type Facet = { value: string; count: number };
export type MissingKey = { item: string; place: string };
export type Facets = {
  state: Facet[];
  type: Facet[];
  source: Facet[];
  locale: Facet[];
  collection: Facet[];
  missing_keys: MissingKey[];
  default_locale: string;
  locales: string[];
  overrides: "allowed" | "review" | "locked";
};

/** A value as it stands below an item's id in a file: words, an entry, or a list of entries. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type Default = { yaml: string; value: Json; place: string; hash: string };
export type Text = { revision: number; yaml: string; value: Json; at: string; by: string };
export type Conflict = { base: string; theirs: string; mine: string };
/** `held`: why it did not go live at its moment; empty where it did, or still will. */
export type Schedule = { at: string | null; expires: string | null; zone: string; held: string };
export type Review = { state: string; reviewer: string; by: string; at: string | null };

export type LocaleText = {
  default: Default | null;
  live: Text | null;
  draft: Text | null;
  conflict: Conflict | null;
  schedule: Schedule | null;
  review: Review | null;
  stale: boolean;
  state: TextState;
};

export type Use = { place: string; kind: string; words: string };
export type Variable = { name: string; required: boolean };

export type Item = {
  id: string;
  title: string;
  description: string;
  type: string;
  tags: string[];
  archived: boolean;
  source: SourceInfo;
  version: number;
  locales: Record<string, LocaleText>;
  variables: Variable[];
  uses: Use[];
  counts: { shown_7d: number; clicked_7d: number };
  comments_open: number;
};

export type Problem = {
  path: string;
  line: number;
  column: number;
  severity: "error" | "warning" | "info";
  code: string;
  message: string;
  hint: string;
  channel?: string | null;
};

/** `merged`: what somebody else wrote into other fields is in it too. */
export type Saved = { version: number; merged: boolean; problems: Problem[] };
/** A message as a channel gets it; its shape is that of the web chat's protocol. */
export type Message = { type: string } & Record<string, unknown>;
export type Preview = { messages: Message[]; lost: { what: string; instead: string }[]; problems: Problem[] };
export type ChannelInfo = { name: string; title: string; limits: Record<string, number> };
export type NameAtHand = { name: string; example: string; help: string; passed?: boolean };
export type FilterInfo = { name: string; example: string; help: string };
export type Names = { names: NameAtHand[]; filters: FilterInfo[] };

export type Revision = {
  n: number;
  kind: string;
  author: string;
  at: string;
  reason: string;
  release: number | null;
  yaml: string;
  value: Json;
};

export type Release = {
  seq: number;
  name: string;
  state: string;
  live_on: number;
  workers: number;
  at: string | null;
  goes: string | null;
  by: string;
  reason: string;
  items: { id: string; locale: string; held: string }[];
};

type Day = { day: string; shown: number; clicked: number };
/** `now`: the item has this variant as it is said now. */
export type Results = { shown: number; clicked: number; days: Day[]; variants: { name: string; now: boolean; shown: number; clicked: number; days: Day[] }[] };

/** The words that the bot does not use in a language. */
export type Wording = { locale: string; forbidden: string[]; instead: { word: string; better: string }[]; version: number };

export type Comment = { id: string; locale: string; path: string; words: string; by: string; at: string; done: boolean };

type Side = { yaml: string; value: Json };
/** `at` in milliseconds since 1970; `same_fields` is `*` for the whole text. */
export type Changed = { version: number; by: string; at: number; mine: Side; theirs: Side; same_fields: string[] };

export type ContentType = {
  name: string;
  title: string;
  group: string;
  description: string;
  schema: Record<string, unknown>;
  ui: Record<string, unknown>;
  collection: boolean;
  /** Written as messages, not as fields. */
  natural: boolean;
  source: string;
};

export type Exchange = {
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  problems: { line?: number; id?: string; message: string }[];
  changes: { id: string; locale: string; before: string | null; after: string | null }[];
};

export type Media = {
  id: string;
  name: string;
  mime: string;
  size: number;
  width: number;
  height: number;
  alt: Record<string, string>;
  focus: { x?: number; y?: number };
  version: number;
  created: string;
  created_by: string;
  uses: number;
};

export type MediaDetails = Media & {
  used_by: { item: string; locale: string; place: string }[];
  channels: { channel: string; fits: boolean; why: string; width: number }[];
  renditions: { width: number; height: number }[];
};

export type Sync = { items: { id: string; locale: string; place: string; at?: string; by?: string }[]; diff: string };
export type Renamed = { changed: string[]; patch: string };
