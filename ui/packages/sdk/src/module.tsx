/** What a module gives the console: pages, and where they stand. */
import type { ComponentType } from "react";

export type Group = "engage" | "build" | "improve" | "data" | "platform";

export type ModulePage = {
  /** Below `/console/m/<module>/`, such as `orders/:id`. */
  path: string;
  /** What the navigation and the title bar say, by language; `en` is needed. */
  title: Readonly<Record<string, string>> & { en: string };
  /** Where it stands in the navigation; a page without a group is reached by links only. */
  group?: Group;
  /** What a person needs to see it, such as `orders:read`. */
  permission?: string;
  /** The page itself, loaded when it is opened. */
  load: () => Promise<{ default: ComponentType }>;
};

export type ConsoleModule = {
  /** The module's name, as the server knows it. */
  name: string;
  /** The major version of `@gutenbot/console` that it was made for. */
  sdk: number;
  pages: readonly ModulePage[];
  /** Words by language and id, for `useTranslation("<module>")`. */
  locales?: Readonly<Record<string, Record<string, unknown>>>;
};

/** The major version of this package. */
export const SDK = 1;

/** Says what a module's entry file gives; its default export. Throws when it cannot work, naming what is wrong. */
export function defineModule(module: ConsoleModule): ConsoleModule {
  if (!/^[a-z][a-z0-9-]*$/.test(module.name)) throw new Error(`“${module.name}” is no name of a module.`);
  const paths = module.pages.map((page) => page.path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new Error(`The module ${module.name} has two pages at “${twice}”.`);
  return Object.freeze(module);
}
