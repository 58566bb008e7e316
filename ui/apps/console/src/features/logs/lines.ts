/** Lines of the log: which ones are wanted, and how many are held. */
export type LogLine = { seq: number; at: string; level: string; logger: string; event: string; data: Record<string, unknown>; traceback: string; skipped?: number; worker?: string };
export type Wanted = { level: string; logger: string; turn: string; q: string; /** Empty: the one that answers. */ worker: string };

export const LEVELS = ["debug", "info", "warning", "error", "critical"] as const;
export const NOTHING: Wanted = { level: "", logger: "", turn: "", q: "", worker: "" };
/** More than these are not held on a page. */
export const MOST = 500;

/** A line as the live connection tells it. */
export function asLine(data: unknown): LogLine | null {
  if (typeof data !== "object" || data === null) return null;
  const found = data as Partial<Omit<LogLine, "at">> & { at?: unknown };
  if (typeof found.seq !== "number" || typeof found.event !== "string" || typeof found.at !== "number") return null;
  return { seq: found.seq, at: new Date(found.at).toISOString(), level: found.level ?? "info", logger: found.logger ?? "", event: found.event, data: found.data ?? {}, traceback: found.traceback ?? "", skipped: found.skipped ?? 0, worker: found.worker ?? "" };
}

/** A worker that is asked for its lines does not answer any more, as the live connection tells it. */
export function isGone(data: unknown, worker: string): boolean {
  return typeof data === "object" && data !== null && (data as { gone?: unknown }).gone === true && (data as { worker?: unknown }).worker === worker;
}

/** The server chooses too; a line that was on its way when the filters changed must not slip in. */
export function fits(line: LogLine, wanted: Wanted): boolean {
  const rank = (level: string) => LEVELS.indexOf(level as (typeof LEVELS)[number]);
  if (wanted.level && rank(line.level) < rank(wanted.level)) return false;
  if (wanted.worker && line.worker !== wanted.worker) return false;
  if (wanted.logger && line.logger !== wanted.logger) return false;
  if (wanted.turn && !Object.values(line.data).map(String).includes(wanted.turn)) return false;
  const words = wanted.q.toLowerCase();
  return words === "" || `${line.event} ${line.logger} ${line.traceback} ${pairs(line)}`.toLowerCase().includes(words);
}

/** What was logged with the event, as one text. */
export function pairs(line: LogLine): string {
  return Object.entries(line.data)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}

/** Older and newer lines together, each once, the newest last. */
export function joined(older: readonly LogLine[], newer: readonly LogLine[]): LogLine[] {
  const last = older.at(-1)?.seq ?? 0;
  return [...older, ...newer.filter((line) => line.seq > last)].slice(-MOST);
}
