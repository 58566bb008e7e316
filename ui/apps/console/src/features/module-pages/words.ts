/** Words of modules: their locale files, loaded once for each language, and looked up by id. */
import { useQueries, useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { PSEUDO } from "../../i18n";
import { pseudo } from "../../i18n/pseudo";
import type { ModulePages, PageShape } from "./api";

type Tree = Record<string, unknown>;
export type WordsOf = (id: string, values?: Readonly<Record<string, unknown>>) => string;

const space = (module: string) => `module:${module}`;

async function load(module: ModulePages, language: string): Promise<true> {
  const name = space(module.name);
  const file = async (wanted: string): Promise<Tree> => {
    if (!module.languages.includes(wanted)) return {};
    const answer = await fetch(`${module.base}locales/${wanted}.json`);
    return answer.ok ? ((await answer.json()) as Tree) : {};
  };
  const [english, own] = await Promise.all([file("en"), language === "en" || language === "en-XA" ? {} : file(language)]);
  i18next.addResourceBundle("en", name, english, true, true);
  if (language !== "en") i18next.addResourceBundle(language, name, language === "en-XA" ? pseudo(english) : own, true, true);
  return true;
}

const ID = /^[a-z][\w-]*(\.[\w-]+)+$/i;

function say(module: string, language: string, id: string, values: Readonly<Record<string, unknown>> = {}): string {
  if (!ID.test(id)) return id;
  const found: unknown = i18next.getFixedT(language, space(module) as never)(id as never, { ...values, defaultValue: id } as never);
  return typeof found === "string" ? found : id;
}

const query = (module: ModulePages, language: string) => ({
  queryKey: ["console", "words", module.base, language],
  queryFn: () => load(module, language),
  staleTime: Number.POSITIVE_INFINITY,
  retry: 1,
});

/** How to say the words of a module; `ready` once its files are there. What is no id is said as it is. */
export function useModuleWords(module: ModulePages): { words: WordsOf; ready: boolean; language: string } {
  const language = useTranslation().i18n.language;
  const state = useQuery(query(module, language));
  // The words are others when the files are there.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const words = useCallback<WordsOf>((id, values) => say(module.name, language, id, values), [language, module.name, state.data]);
  return { words, ready: !state.isPending, language };
}

/** The title of a page as the server has told it with the page; null where it did not, or not in this language. */
export function titleIn(page: PageShape, language: string): string | null {
  if (!ID.test(page.title)) return page.title;
  const english = page.titles.en;
  if (language === PSEUDO) return english === undefined ? null : said(pseudo({ english }).english);
  return page.titles[language] ?? english ?? null;
}

const said = (word: unknown): string | null => (typeof word === "string" ? word : null);

/** The same for several modules, such as those in the navigation; null for one whose words are not there yet. */
export function useWordsOfModules(modules: readonly ModulePages[]): (module: ModulePages, id: string) => string | null {
  const language = useTranslation().i18n.language;
  const there = useQueries({ queries: modules.map((module) => query(module, language)), combine: settled });
  return (module, id) => (there[modules.indexOf(module)] ? say(module.name, language, id) : null);
}

const settled = (states: readonly { isPending: boolean }[]): boolean[] => states.map((one) => !one.isPending);
