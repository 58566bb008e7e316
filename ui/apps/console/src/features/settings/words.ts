/** What settings are called in the person's language; what has no words there stays as the server says it. */
import { useQuery } from "@gutenbot/console";
import type { JsonSchema } from "@gutenbot/console";
import { useTranslation } from "react-i18next";
import { useModulePages } from "../module-pages/api";
import { useWordsOfModules } from "../module-pages/words";

export type FieldWords = { title?: string | undefined; help?: string | undefined };
/** The words for a setting. */
export type WordsOfField = (name: string) => FieldWords | undefined;
type Section = "server" | "console";
type Fields = Readonly<Record<Section, Readonly<Record<string, FieldWords>>>>;

const FILES = import.meta.glob<{ default: Fields }>("./fields/*.json");

/** Those of Gutenbot itself. */
export function useOwnWords(section: Section): WordsOfField {
  const { i18n } = useTranslation();
  const file = FILES[`./fields/${i18n.language}.json`];
  const words = useQuery({ queryKey: ["settings-words", i18n.language], queryFn: async () => (await file?.())?.default ?? null, enabled: file !== undefined, staleTime: Infinity });
  return (name) => words.data?.[section][name];
}

/** Those of a module: `settings.NAME.title` and `settings.NAME.help` in its files of words. */
export function useModuleFieldWords(module: string): WordsOfField {
  const found = useModulePages().data?.items.filter((one) => one.name === module) ?? [];
  const say = useWordsOfModules(found);
  return (name) => {
    const [of] = found;
    if (of === undefined) return undefined;
    const known = (id: string): string | undefined => {
      const words = say(of, id);
      return words === null || words === id ? undefined : words;
    };
    return { title: known(`settings.${name}.title`), help: known(`settings.${name}.help`) };
  };
}

/** The form in these words. */
export function worded(form: JsonSchema, words: WordsOfField): JsonSchema {
  const fields = Object.entries(form.properties ?? {}).map(([name, one]): [string, JsonSchema] => {
    const { title = one.title, help = one.description } = words(name) ?? {};
    return [name, { ...one, ...(title !== undefined && { title }), ...(help !== undefined && { description: help }) }];
  });
  return { ...form, properties: Object.fromEntries(fields) };
}
