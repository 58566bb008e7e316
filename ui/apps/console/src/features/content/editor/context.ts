/** What every part of the editor can reach: the item, its language, the names that words may use, and what is wrong where. */
import { createContext, useContext } from "react";
import type { Item, Names, Problem } from "../types";

export type Editing = {
  item: Item;
  locale: string;
  names: Names;
  problems: readonly Problem[];
  /** Who else is at which field. */
  others: readonly { name: string; field: string }[];
  locked: boolean;
};

const Context = createContext<Editing | null>(null);
export const EditingProvider = Context;

export function useEditing(): Editing {
  const found = useContext(Context);
  if (found === null) throw new Error("Outside of the editor");
  return found;
}

/** What is wrong with a field: the worst, in words. */
export function useProblemAt(path: string): string | undefined {
  const { problems } = useEditing();
  const here = problems.filter((one) => one.path === path);
  const worst = here.find((one) => one.severity === "error") ?? here.find((one) => one.severity === "warning");
  return worst && `${worst.message} ${worst.hint}`.trim();
}
