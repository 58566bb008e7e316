/** The words of the chat by id, in the visitor's language; English is always there, the others are loaded when needed. */

import en from "./en.json";

export type StringId = keyof typeof en;
export type Strings = Partial<Record<string, string>>;
type Values = Record<string, string | number>;

const LOADERS: Record<string, () => Promise<{ default: Strings }>> = {
  ar: () => import("./ar.json"),
  de: () => import("./de.json"),
  es: () => import("./es.json"),
  fa: () => import("./fa.json"),
  fr: () => import("./fr.json"),
};

export const LOCALES = ["en", ...Object.keys(LOADERS)].sort();

const RTL = new Set(["ar", "fa", "he", "ur"]);

export interface Words {
  /** The language of the words. */
  locale: string;
  /** Language and region, for dates and numbers. */
  tag: string;
  dir: "ltr" | "rtl";
  t: (id: StringId, values?: Values) => string;
  /** A sentence with a count, by the language's plural rules. */
  count: (id: PluralId, count: number) => string;
  bytes: (size: number) => string;
  percent: (share: number) => string;
}

type PluralId = StringId extends infer Id ? (Id extends `${infer Stem}.other` ? Stem : never) : never;

export function makeWords(locale: string, strings: Strings, tag = locale): Words {
  const english: Strings = en;
  const plurals = new Intl.PluralRules(locale);
  const number = new Intl.NumberFormat(tag);
  const shown = (value: string | number) => (typeof value === "number" ? number.format(value) : value);
  const say = (id: string, values: Values) => fill(strings[id] ?? english[id] ?? id, values, shown);
  return {
    locale,
    tag,
    dir: isRtl(locale) ? "rtl" : "ltr",
    t: (id, values = {}) => say(id, values),
    count: (id, count) => {
      const form = `${id}.${plurals.select(count)}`;
      return say(form in strings ? form : `${id}.other`, { count });
    },
    bytes: (size) => formatBytes(size, tag),
    percent: (share) => new Intl.NumberFormat(tag, { style: "percent" }).format(share),
  };
}

export const english = makeWords("en", en);

/** The words of a locale that `bestLocale` named. */
export async function loadWords(locale: string, wanted: readonly string[]): Promise<Words> {
  const tag = wanted.find((one) => languageOf(one) === locale && isTag(one)) ?? locale;
  const load = LOADERS[locale];
  try {
    return load === undefined ? makeWords("en", en, locale === "en" ? tag : "en") : makeWords(locale, (await load()).default, tag);
  } catch {
    return english;
  }
}

/** The first wanted language that the chat speaks and the bot offers (`offered` empty: any). */
export function bestLocale(wanted: readonly string[], offered: readonly string[]): string {
  const possible = offeredLocales(offered);
  for (const tag of wanted) {
    const language = languageOf(tag);
    if (possible.includes(language)) return language;
  }
  return possible.includes("en") ? "en" : (possible[0] ?? "en");
}

export function offeredLocales(offered: readonly string[]): string[] {
  const languages = new Set(offered.map(languageOf));
  const possible = LOCALES.filter((locale) => languages.has(locale));
  return possible.length > 0 ? possible : LOCALES;
}

export function isRtl(locale: string): boolean {
  return RTL.has(languageOf(locale));
}

/** A language's own name, such as Deutsch. */
export function nameOf(locale: string): string {
  const name = new Intl.DisplayNames([locale], { type: "language" }).of(locale) ?? locale;
  return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1);
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

function languageOf(tag: string): string {
  return (tag.split(/[-_]/)[0] ?? "").toLowerCase();
}

function fill(text: string, values: Values, shown: (value: string | number) => string): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => shown(values[name] ?? whole));
}

function formatBytes(size: number, locale: string): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = size < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(size) / Math.log(1024)));
  const format = { style: "unit", unit: units[step] ?? "byte", unitDisplay: step === 0 ? "narrow" : "short", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(locale, format).format(size / 1024 ** step);
}
