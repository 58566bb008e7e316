/** A language that nobody speaks: accents and 40 % more length show what does not fit and what is no message. */

const ACCENTS: Readonly<Record<string, string>> = { a: "á", e: "é", i: "í", o: "ó", u: "ú", A: "Á", E: "É", I: "Í", O: "Ó", U: "Ú", c: "ç", n: "ñ", s: "š", y: "ý" };

/** The same words, longer and accented; what is between braces stays. */
export function pseudo(words: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(words).map(([id, value]) => [id, typeof value === "string" ? accented(value) : pseudo(value as Record<string, unknown>)]),
  );
}

function accented(text: string): string {
  if (/\{\w+, /.test(text)) return text;
  const changed = text.replaceAll(/\{[^}]*\}|[a-zA-Z]/g, (found) => ACCENTS[found] ?? found);
  const more = Math.ceil(text.replaceAll(/\{[^}]*\}/g, "").length * 0.4);
  return `[${changed}${" ~".repeat(Math.ceil(more / 2))}]`;
}
