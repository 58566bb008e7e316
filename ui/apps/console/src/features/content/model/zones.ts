/** Time by the clock of a place. */

/** The zones that the browser knows, that of the person first. */
export function zones(): { value: string; label: string }[] {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set([own, "UTC", ...Intl.supportedValuesOf("timeZone")])].map((value) => ({ value, label: value.replaceAll("_", " ") }));
}

/** How far the clocks of a zone are ahead of UTC at a moment, in milliseconds. */
function ahead(zone: string, at: number): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" }).formatToParts(at);
  const n = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return Date.UTC(n("year"), n("month") - 1, n("day"), n("hour"), n("minute"), n("second")) - at;
}

/** The moment at which the clocks of a zone show a local time such as `2026-03-29T09:00`. A time that is skipped in spring counts as after the skip; of one that comes twice in autumn it is the first. */
export function momentIn(zone: string, local: string): Date {
  const shown = Date.parse(`${local}Z`);
  const early = shown - ahead(zone, shown - 86_400_000);
  if (ahead(zone, early) === shown - early) return new Date(early);
  const late = shown - ahead(zone, shown + 86_400_000);
  return new Date(ahead(zone, late) === shown - late ? late : early);
}
