/** The shortcuts of the shell and of the page that is open: one listener, one list, which `?` shows. */
import { createContext, useContext, useEffect, useEffectEvent, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { ReactNode } from "react";
import { usePreferences } from "../hooks/context";
import { isBare, isWriting, nameOf } from "./keys";

export type Shortcut = {
  /** Stands for it in a person's own keys, such as `people.next`. */
  id: string;
  keys: string;
  /** What it does, in words. */
  label: string;
  /** Where it stands in the list. */
  section: string;
};
type Entry = Shortcut & { run: () => void };

class Registry {
  #entries = new Map<symbol, Entry>();
  #watchers = new Set<() => void>();
  #list: readonly Entry[] = [];
  #met = new Map<string, Shortcut>();
  #everything: readonly Shortcut[] = [];

  add(entry: Entry): () => void {
    const token = Symbol(entry.id);
    this.#entries.set(token, entry);
    this.#met.set(entry.id, { id: entry.id, keys: entry.keys, label: entry.label, section: entry.section });
    this.#changed();
    return () => {
      this.#entries.delete(token);
      this.#changed();
    };
  }

  list = (): readonly Entry[] => this.#list;

  /** Those of pages that were open before, too. */
  met = (): readonly Shortcut[] => this.#everything;

  watch = (changed: () => void): (() => void) => {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  };

  #changed(): void {
    this.#list = [...this.#entries.values()];
    this.#everything = [...this.#met.values()];
    for (const watcher of this.#watchers) watcher();
  }
}

const Context = createContext<Registry | null>(null);
const CHORD_MS = 1200;

/** Listens to the keyboard. */
export function ShortcutsProvider({ children }: { children: ReactNode }): ReactNode {
  const [registry] = useState(() => new Registry());
  const [preferences] = usePreferences();
  const first = useRef<{ key: string; at: number } | null>(null);
  const bare = preferences.shortcuts !== "off";
  const keys = preferences.keys;
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const name = nameOf(event);
    if (name === null) return;
    const held = first.current;
    first.current = null;
    const chord = held && event.timeStamp - held.at < CHORD_MS ? `${held.key} ${name}` : name;
    const writing = isWriting(event.target) || document.querySelector("[aria-modal=true]") !== null;
    const usable = registry.list().filter((one) => {
      const own = keysOf(one, keys);
      return own !== "" && (!isBare(own) || (bare && !writing));
    });
    const found = usable.findLast((one) => keysOf(one, keys) === chord) ?? usable.findLast((one) => keysOf(one, keys) === name);
    if (found) {
      event.preventDefault();
      found.run();
    } else if (usable.some((one) => keysOf(one, keys).startsWith(`${name} `))) {
      first.current = { key: name, at: event.timeStamp };
    }
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => pressed(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
  return <Context value={registry}>{children}</Context>;
}

/** The keys of a shortcut: the person's own, else its usual ones; empty when it is switched off. */
export function keysOf(shortcut: Pick<Shortcut, "id" | "keys">, own: Readonly<Record<string, string>> | undefined): string {
  return own?.[shortcut.id] ?? shortcut.keys;
}

/** A shortcut, while the component is on the page. Pass null to have none. */
export function useShortcut(shortcut: Shortcut | null, run: () => void): void {
  const registry = useContext(Context);
  const act = useEffectEvent(run);
  const { id, keys, label, section } = shortcut ?? { id: "", keys: "", label: "", section: "" };
  useEffect(() => {
    if (registry === null || id === "") return;
    return registry.add({ id, keys, label, section, run: () => act() });
  }, [registry, id, keys, label, section]);
}

const none: readonly Entry[] = [];

/** Whether one hides the other: the same keys, or the beginning of them. */
export function clash(one: string, other: string): boolean {
  return one !== "" && other !== "" && (one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `));
}

/** All shortcuts that work now, each once, with the person's own keys; with `met` those of pages that were open before, too. */
export function useShortcutList(met = false): readonly (Shortcut & { usual: string })[] {
  const registry = useContext(Context);
  const [preferences] = usePreferences();
  const list: readonly Shortcut[] = useSyncExternalStore(registry?.watch ?? (() => () => undefined), (met ? registry?.met : registry?.list) ?? (() => none));
  return useMemo(() => {
    const found = new Map(list.map((one) => [one.id, { ...one, usual: one.keys, keys: keysOf(one, preferences.keys) }]));
    return [...found.values()];
  }, [list, preferences.keys]);
}
