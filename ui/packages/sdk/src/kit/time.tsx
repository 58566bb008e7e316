/** Moments, in words and exactly. */
import { useSyncExternalStore } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

const MINUTE_MS = 60_000;
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", MINUTE_MS],
];

let now = Date.now();
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for all moments on the page; it stands while nobody looks. */
function watchMinute(changed: () => void): () => void {
  watchers.add(changed);
  now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const watcher of watchers) watcher();
  }, MINUTE_MS / 2);
  return () => {
    watchers.delete(changed);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** “5 minutes ago”, in a language. */
export function ago(at: number, language: string, from: number = now): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const ms = at - from;
  const unit = UNITS.find(([, length]) => Math.abs(ms) >= length);
  return unit ? format.format(Math.trunc(ms / unit[1]), unit[0]) : format.format(0, "second");
}

/** A language as it is written where the person is: `en-GB` for `en` where the browser says so. */
function regional(language: string): string {
  const known = typeof navigator === "undefined" ? [] : navigator.languages;
  return known.find((one) => one.startsWith(`${language}-`)) ?? language;
}

/** The moment in full, in the zone of the person who looks, in the order of their region. */
export function exactly(at: number, language: string): string {
  return new Intl.DateTimeFormat(regional(language), { dateStyle: "medium", timeStyle: "medium" }).format(at);
}

/** A moment in words; the exact one on hover, and for machines. */
export function RelativeTime({ at }: { at: number | string | null | undefined }): ReactNode {
  const { i18n, t } = useTranslation("kit");
  useSyncExternalStore(watchMinute, () => now);
  if (at === null || at === undefined) return <span className="gb-faint">{t("never")}</span>;
  const ms = typeof at === "number" ? at : Date.parse(at);
  return (
    <time dateTime={new Date(ms).toISOString()} title={exactly(ms, i18n.language)}>
      {ago(ms, i18n.language)}
    </time>
  );
}

/** A moment in full. */
export function ExactTime({ at }: { at: number | string }): ReactNode {
  const { i18n } = useTranslation("kit");
  const ms = typeof at === "number" ? at : Date.parse(at);
  return <time dateTime={new Date(ms).toISOString()}>{exactly(ms, i18n.language)}</time>;
}
