/** Words of the console: ICU messages by id, one file per language, loaded when the language is used. */
import i18next from "i18next";
import ICU from "i18next-icu";
import { initReactI18next } from "react-i18next";
import kit from "../../../../packages/sdk/src/locales/en.json";
import live from "../features/live/words/en.json";
import console_ from "../locales/en.json";
import { pseudo } from "./pseudo";

export const LANGUAGES = [
  { id: "en", name: "English" },
  { id: "fr", name: "Français" },
  { id: "de", name: "Deutsch" },
  { id: "ar", name: "العربية" },
] as const;
export const PSEUDO = "en-XA";
const RTL = /^(ar|he|fa|ur)\b/;

type Words = Record<string, unknown>;
const FILES = import.meta.glob<{ default: Words }>("../locales/*.json");
/** Words that only some pages need: they come with the first of these pages. English of what is at the top of all stands in the first file. */
const AREAS = {
  live: import.meta.glob<{ default: Words }>("../features/live/words/*.json"),
  modules: import.meta.glob<{ default: Words }>("../features/modules/words/*.json"),
  content: import.meta.glob<{ default: Words }>("../features/content/words/*.json"),
  pipeline: import.meta.glob<{ default: Words }>("../features/pipeline/words/*.json"),
  playground: import.meta.glob<{ default: Words }>("../features/playground/words/*.json"),
  help: import.meta.glob<{ default: Words }>("../features/help/words/*.json"),
  channels: import.meta.glob<{ default: Words }>("../features/channels/words/*.json"),
} as const;
type Area = keyof typeof AREAS;
const areas = new Set<Area>();
const KIT_FILES = import.meta.glob<{ default: Words }>("../../../../packages/sdk/src/locales/*.json");

/** The language to use for a wish such as `de-AT`. */
export function languageFor(wish: string | undefined): string {
  if (wish === PSEUDO) return PSEUDO;
  return LANGUAGES.find((one) => wish?.split("-")[0] === one.id)?.id ?? "en";
}

/** Starts with a language. English is in the first file, as what is left when a word is missing. */
export async function startWords(wish: string | undefined): Promise<void> {
  await i18next
    .use(ICU)
    .use(initReactI18next)
    .init({
      lng: "en",
      fallbackLng: "en",
      defaultNS: "console",
      ns: ["console", "kit"],
      resources: { en: { console: console_, kit, live } },
      interpolation: { escapeValue: false },
      returnNull: false,
      // What was said before its words were there is not said again in another language.
      i18nFormat: { bindI18nStore: "added" },
    });
  await speak(wish);
}

/** Changes the language of everything that is shown. */
export async function speak(wish: string | undefined): Promise<void> {
  const language = languageFor(wish);
  if (!i18next.hasResourceBundle(language, "console")) {
    const [words, ofKit] = await Promise.all([wordsOf(FILES, "../locales", language, console_), wordsOf(KIT_FILES, "../../../../packages/sdk/src/locales", language, kit)]);
    i18next.addResourceBundle(language, "console", words, true, true);
    i18next.addResourceBundle(language, "kit", ofKit, true, true);
  }
  await Promise.all([...areas].map((area) => loadArea(area, language)));
  document.documentElement.lang = language;
  document.documentElement.dir = RTL.test(language) ? "rtl" : "ltr";
  if (i18next.language !== language) await i18next.changeLanguage(language);
}

async function wordsOf(files: typeof FILES, folder: string, language: string, english: Words): Promise<Words> {
  if (language === PSEUDO) return pseudo(english);
  return (await files[`${folder}/${language}.json`]?.())?.default ?? {};
}

/** Loads a page together with the words of its area. */
export async function withWords<T>(area: Area, page: () => Promise<T>): Promise<T> {
  areas.add(area);
  const [loaded] = await Promise.all([page(), loadArea(area, i18next.language)]);
  return loaded;
}

async function loadArea(area: Area, language: string): Promise<void> {
  if (i18next.hasResourceBundle(language, area)) return;
  const folder = `../features/${area}/words`;
  if (!i18next.hasResourceBundle("en", area)) i18next.addResourceBundle("en", area, (await AREAS[area][`${folder}/en.json`]?.())?.default ?? {}, true, true);
  if (language === "en") return;
  const english = i18next.getResourceBundle("en", area) as Words;
  i18next.addResourceBundle(language, area, await wordsOf(AREAS[area], folder, language, english), true, true);
}
