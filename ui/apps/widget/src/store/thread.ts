/** The entries of one conversation, without gaps and without doubles, whatever order and however often they arrive. */

import type { Entry } from "../protocol/messages";

export type Arrival = "added" | "known" | "gap";

export class Thread {
  private held: readonly Entry[] = [];

  constructor(
    readonly conversation: string,
    /** The thread starts after this position; what is before it was not loaded. */
    private base = 0,
  ) {}

  get entries(): readonly Entry[] {
    return this.held;
  }

  /** The position of the last entry, or where the thread starts when it has none. */
  get last(): number {
    return this.held.at(-1)?.n ?? this.base;
  }

  get hasEarlier(): boolean {
    return this.base > 0;
  }

  get start(): number {
    return this.base;
  }

  add(entry: Entry): Arrival {
    if (entry.n <= this.last) return "known";
    if (entry.n > this.last + 1) return "gap";
    this.held = [...this.held, entry];
    return "added";
  }

  /** Puts history before what is there; entries that do not join are dropped. */
  prepend(earlier: readonly Entry[], after: number): void {
    const joined = earlier.filter((entry) => entry.n > after && entry.n <= this.base);
    if (joined.length !== this.base - after) return;
    this.held = [...joined, ...this.held];
    this.base = after;
  }

  has(id: string): boolean {
    return this.held.some((entry) => entry.dir === "in" && entry.id === id);
  }

  /** The newest entries, for the cache. */
  tail(count: number): Entry[] {
    return this.held.slice(-count);
  }

  static restore(conversation: string, entries: readonly Entry[]): Thread {
    const thread = new Thread(conversation, (entries[0]?.n ?? 1) - 1);
    for (const entry of entries) thread.add(entry);
    return thread;
  }
}
