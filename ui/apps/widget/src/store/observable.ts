/** One value that others watch; changes of one moment are told once. */

export class Observable<T extends object> {
  private readonly watchers = new Set<() => void>();
  private told = true;

  constructor(private value: T) {}

  get(): T {
    return this.value;
  }

  patch(change: Partial<T>): void {
    const keys = Object.keys(change) as (keyof T)[];
    if (keys.every((key) => Object.is(this.value[key], change[key]))) return;
    this.value = { ...this.value, ...change };
    if (!this.told) return;
    this.told = false;
    queueMicrotask(() => {
      this.told = true;
      for (const watcher of [...this.watchers]) watcher();
    });
  }

  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }
}
