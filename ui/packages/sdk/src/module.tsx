/** What a module gives the console: its entry file says which component is which page. Where pages stand is declared in Python. */
import { createContext, useContext } from "react";
import type { ComponentType } from "react";

export type Group = "engage" | "build" | "improve" | "data" | "platform";

export type ConsoleModule = {
  /** The module's name, as the server knows it. */
  name: string;
  /** The major version of `@gutenbot/console` that it was made for. */
  sdk: number;
  /** By the names under which Python declares them; `React.lazy` is fine. */
  pages: Readonly<Record<string, ComponentType>>;
};

/** The major version of this package. */
export const SDK = 1;

/** Says what a module's entry file gives; its default export. Throws when it cannot work, naming what is wrong. */
export function defineModule(module: ConsoleModule): ConsoleModule {
  if (!/^[a-z][a-z0-9-]*$/.test(module.name)) throw new Error(`“${module.name}” is no name of a module.`);
  if (Object.keys(module.pages).length === 0) throw new Error(`The module ${module.name} has no pages.`);
  return Object.freeze(module);
}

export type ModuleRequest = { path?: Readonly<Record<string, string>>; query?: Readonly<Record<string, unknown>>; body?: unknown; signal?: AbortSignal; idempotencyKey?: string };

/** The routes of one module; paths are below `/api/v1/m/<module>`, such as `/notes/{note}`. */
export type ModuleApi = Readonly<Record<"get" | "post" | "put" | "patch" | "delete", <T = unknown>(path: string, options?: ModuleRequest) => Promise<T>>>;

export type ModuleContext = {
  name: string;
  api: ModuleApi;
  /** The words of an id in the module's `locales`, in the language of the person; without such an id, the text itself. */
  words: (id: string, values?: Readonly<Record<string, unknown>>) => string;
  /** What the address names, and `bot` on pages about a bot. */
  values: Readonly<Record<string, string>>;
  /** A file in the module's `ui` folder. */
  file: (name: string) => string;
  /** The language of the console, such as `fr`. */
  language: string;
};

const Context = createContext<ModuleContext | null>(null);
export const ModuleProvider = Context.Provider;

/** What the console gives to the page of a module. Throws elsewhere. */
export function useModule(): ModuleContext {
  const found = useContext(Context);
  if (found === null) throw new Error("This hook works only on a page of a module.");
  return found;
}
