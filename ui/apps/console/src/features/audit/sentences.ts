/**
 * Lines of the audit log in the person's language. The log keeps each sentence as it was written, in English, for nothing in it may change:
 * what Gutenbot itself says is known by its verb and its form, and said again. Sentences of modules stay as they are.
 */
import { useQuery } from "@gutenbot/console";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

/** Verb, and a number where it has several forms → the sentence, with `{names}` for what differs. */
export type Sentences = Readonly<Record<string, string>>;
export type Said = { verb: string; what: string };

const FILES = import.meta.glob<{ default: Sentences }>("./sentences/*.json");
const HOLE = /\{\w+\}/g;
const PLAIN = (line: Said): string => line.what;

/** How a line is told: as it was written until the words of the language are there, and where there are none. */
export function useAuditWords(): (line: Said) => string {
  const { i18n } = useTranslation();
  const language = i18n.language;
  const words = useQuery({ queryKey: ["audit-sentences", language], queryFn: () => tellerIn(language), enabled: `./sentences/${language}.json` in FILES && language !== "en", staleTime: Infinity });
  const tell = words.data ?? PLAIN;
  return useCallback((line: Said) => tell(line), [tell]);
}

async function tellerIn(language: string): Promise<(line: Said) => string> {
  const [english, own] = await Promise.all(["en", language].map(async (one) => (await FILES[`./sentences/${one}.json`]?.())?.default ?? {}));
  return teller(english ?? {}, own ?? {});
}

type Form = { sentence: RegExp; names: string[]; own: string; plain: number };

/** Says a sentence again in another language. */
export function teller(english: Sentences, own: Sentences): (line: Said) => string {
  const forms = new Map<string, Form[]>();
  for (const [key, sentence] of Object.entries(english)) {
    const verb = key.split(" ", 1)[0] ?? key;
    forms.set(verb, [...(forms.get(verb) ?? []), formOf(sentence, own[key] ?? sentence)].sort((one, other) => other.plain - one.plain));
  }
  return ({ verb, what }) => {
    for (const form of forms.get(verb) ?? []) {
      const found = form.sentence.exec(what);
      if (found) return form.own.replace(HOLE, (hole) => `\u2068${found[form.names.indexOf(hole) + 1] ?? ""}\u2069`);
    }
    return what;
  };
}

function formOf(sentence: string, own: string): Form {
  const parts = sentence.split(HOLE);
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return { sentence: new RegExp(`^${escaped.join("([^]*?)")}$`), names: sentence.match(HOLE) ?? [], own, plain: parts.join("").length };
}
