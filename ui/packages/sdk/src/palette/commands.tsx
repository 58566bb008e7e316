/** The verbs and places that the palette offers: the shell's own, and those of the page that is open. */
import type { LucideIcon } from "lucide-react";
import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import type { ReactNode } from "react";

export type Command = {
  id: string;
  kind: "go" | "open" | "do";
  label: string;
  /** Words that are found too. */
  also?: string;
  icon?: LucideIcon;
  keys?: string;
  run: () => void;
};

class Commands {
  #sets = new Map<symbol, readonly Command[]>();
  #watchers = new Set<() => void>();
  #all: readonly Command[] = [];

  add(commands: readonly Command[]): () => void {
    const token = Symbol("commands");
    this.#sets.set(token, commands);
    this.#changed();
    return () => {
      this.#sets.delete(token);
      this.#changed();
    };
  }

  all = (): readonly Command[] => this.#all;

  watch = (changed: () => void): (() => void) => {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  };

  #changed(): void {
    this.#all = [...this.#sets.values()].flat();
    for (const watcher of this.#watchers) watcher();
  }
}

const Context = createContext<Commands | null>(null);

export function CommandsProvider({ children }: { children: ReactNode }): ReactNode {
  const [commands] = useState(() => new Commands());
  return <Context value={commands}>{children}</Context>;
}

/** Offers commands while the component is on the page. Keep the list stable with `useMemo`. */
export function useCommands(commands: readonly Command[]): void {
  const registry = useContext(Context);
  useEffect(() => registry?.add(commands), [registry, commands]);
}

const none: readonly Command[] = [];

/** Everything that is offered now. */
export function useAllCommands(): readonly Command[] {
  const registry = useContext(Context);
  return useSyncExternalStore(registry?.watch ?? (() => () => undefined), registry?.all ?? (() => none));
}

/** Lower case, without accents: how words are compared. */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** How well a command meets what was typed: higher is better, 0 is not at all. Every word must be met. */
export function score(command: Pick<Command, "label" | "also">, typed: string): number {
  const label = folded(command.label);
  const rest = folded(command.also ?? "");
  let sum = 0;
  for (const word of folded(typed).split(/\s+/).filter(Boolean)) {
    const met = label.startsWith(word) ? 4 : label.includes(` ${word}`) ? 3 : label.includes(word) ? 2 : rest.includes(word) ? 1 : 0;
    if (met === 0) return 0;
    sum += met;
  }
  return sum;
}

/** The commands that meet what was typed, best first; `>` shows only verbs. */
export function useFound(typed: string, commands: readonly Command[]): readonly Command[] {
  return useMemo(() => {
    const verbs = typed.startsWith(">");
    const words = verbs ? typed.slice(1) : typed;
    const offered = verbs ? commands.filter((one) => one.kind === "do") : commands;
    if (words.trim() === "") return offered;
    return offered
      .map((command) => ({ command, points: score(command, words) }))
      .filter(({ points }) => points > 0)
      .sort((a, b) => b.points - a.points)
      .map(({ command }) => command);
  }, [typed, commands]);
}
