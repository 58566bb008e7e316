/** Words with variables: `Hello {{ user.first_name | default('you') }}`. What is in braces is shown as chips. */

export type Chip = {
  /** Where it stands in the words. */
  start: number;
  end: number;
  name: string;
  /** What is said when it is missing; null when nothing is written for that. */
  fallback: string | null;
  /** The other filters, as they are written. */
  filters: string;
};

const TAG = /\{\{-?((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?!\}\}|\{\{)[^])*?)-?\}\}/g;
const EXPRESSION = /^\s*([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+|\[\d+\])*)\s*((?:\|[^]*)?)$/u;
const FALLBACK = /\|\s*default\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\d+(?:\.\d+)?))\s*\)/;

/** The variables of a text, in order. What is more than a name and filters is no chip. */
export function chipsOf(text: string): Chip[] {
  const found: Chip[] = [];
  for (const match of text.matchAll(TAG)) {
    const parts = EXPRESSION.exec(match[1] ?? "");
    if (!parts) continue;
    const tail = parts[2] ?? "";
    const fallback = FALLBACK.exec(tail);
    const words = fallback ? (fallback[1] ?? fallback[2] ?? fallback[3] ?? "").replaceAll(/\\(.)/g, "$1") : null;
    found.push({ start: match.index, end: match.index + match[0].length, name: parts[1] ?? "", fallback: words, filters: tail.replace(FALLBACK, "").trim() });
  }
  return found;
}

/** A variable as it is written. */
export function written(name: string, fallback: string | null, filters = ""): string {
  const quoted = fallback === null ? "" : fallback.includes("'") ? JSON.stringify(fallback) : `'${fallback.replaceAll("\\", "\\\\")}'`;
  const rest = [filters, fallback === null ? "" : `| default(${quoted})`].filter(Boolean).join(" ");
  return `{{ ${[name, rest].filter(Boolean).join(" ")} }}`;
}

/** The text with another fallback for one of its variables. */
export function withFallback(text: string, chip: Chip, fallback: string | null): string {
  return text.slice(0, chip.start) + written(chip.name, fallback, chip.filters) + text.slice(chip.end);
}

const OPEN = /^\{\{+\s*([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*(?:\s*\|\s*default\((?:'[^']*'|"[^"]*")\))?)\s*\}?/u;

/** The text with every opened brace closed: `{{ name` becomes `{{ name }}`, braces around nothing become one brace. */
export function repaired(text: string): string {
  let out = "";
  let rest = text;
  for (;;) {
    const open = rest.indexOf("{{");
    if (open < 0) return out + rest;
    const close = rest.indexOf("}}", open + 2);
    const next = rest.indexOf("{{", open + 2);
    const empty = close >= 0 && rest.slice(open + 2, close).trim() === "";
    if (close >= 0 && (next < 0 || close < next || next === open + 1) && !empty) {
      out += rest.slice(0, close + 2);
      rest = rest.slice(close + 2);
      continue;
    }
    const found = OPEN.exec(rest.slice(open));
    out += rest.slice(0, open) + (found ? `{{ ${found[1] ?? ""} }}` : "{");
    rest = rest.slice(open + (found ? found[0].length : empty ? close + 2 - open : braces(rest, open)));
  }
}

function braces(text: string, from: number): number {
  return /^\{+/.exec(text.slice(from))?.[0].length ?? 0;
}

/** Whether a brace was opened and not closed. */
export function isUnbalanced(text: string): boolean {
  return repaired(text) !== text;
}

/** About how many years of school it takes to read a text (Flesch-Kincaid; of use for English). Null for a few words. */
export function readingGrade(text: string): number | null {
  const words = text.match(/\p{L}+/gu) ?? [];
  if (words.length < 20) return null;
  const sentences = Math.max(1, (text.match(/[.!?…]+(\s|$)/g) ?? []).length);
  const syllables = words.reduce((sum, word) => sum + Math.max(1, (word.toLowerCase().match(/[aeiouyäöüàâéèêëîïôûœ]+/g) ?? []).length), 0);
  return Math.round(0.39 * (words.length / sentences) + 11.8 * (syllables / words.length) - 15.59);
}
