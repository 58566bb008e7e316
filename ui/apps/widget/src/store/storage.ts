/** Where the browser keeps things between visits: IndexedDB, else localStorage, else memory. Losing it loses nothing the server has. */

export interface Store {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
  /** The values of all keys that start so, in the order of their keys. */
  all(prefix: string): Promise<unknown[]>;
  clear(): Promise<void>;
}

const OPEN_MS = 1_500;

export async function openStore(name: string): Promise<Store> {
  try {
    return new IndexedStore(await openDatabase(name));
  } catch {
    return simpleStore(name);
  }
}

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("IndexedDB did not open in time")), OPEN_MS);
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kv");
    request.onsuccess = () => {
      clearTimeout(late);
      resolve(request.result);
    };
    request.onerror = () => {
      clearTimeout(late);
      reject(request.error ?? new Error("IndexedDB refused"));
    };
  });
}

class IndexedStore implements Store {
  constructor(private readonly database: IDBDatabase) {
    database.onversionchange = () => database.close();
  }

  get(key: string): Promise<unknown> {
    return this.run("readonly", (kv) => kv.get(key) as IDBRequest<unknown>);
  }

  async set(key: string, value: unknown): Promise<void> {
    await this.run("readwrite", (kv) => kv.put(value, key));
  }

  async remove(key: string): Promise<void> {
    await this.run("readwrite", (kv) => kv.delete(key));
  }

  async all(prefix: string): Promise<unknown[]> {
    const found = await this.run("readonly", (kv) => kv.getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`)) as IDBRequest<unknown[]>);
    return found ?? [];
  }

  async clear(): Promise<void> {
    await this.run("readwrite", (kv) => kv.clear());
  }

  private run<T>(mode: IDBTransactionMode, work: (kv: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> {
    return new Promise((resolve) => {
      try {
        const request = work(this.database.transaction("kv", mode).objectStore("kv"));
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => resolve(undefined);
      } catch {
        resolve(undefined);
      }
    });
  }
}

export type Drawer = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

function simpleStore(name: string): Store {
  try {
    localStorage.setItem("gutenbot?", "1");
    localStorage.removeItem("gutenbot?");
    return new DrawerStore(localStorage, name);
  } catch {
    return new DrawerStore(new MemoryDrawer(), name);
  }
}

export class DrawerStore implements Store {
  constructor(
    private readonly drawer: Drawer,
    private readonly name: string,
  ) {}

  get(key: string): Promise<unknown> {
    return Promise.resolve(this.parse(this.drawer.getItem(this.path(key))));
  }

  set(key: string, value: unknown): Promise<void> {
    try {
      this.drawer.setItem(this.path(key), JSON.stringify(value));
    } catch {
      this.drawer.removeItem(this.path(key));
    }
    return Promise.resolve();
  }

  remove(key: string): Promise<void> {
    this.drawer.removeItem(this.path(key));
    return Promise.resolve();
  }

  all(prefix: string): Promise<unknown[]> {
    return Promise.resolve(this.keys(prefix).map((key) => this.parse(this.drawer.getItem(key))));
  }

  clear(): Promise<void> {
    for (const key of this.keys("")) this.drawer.removeItem(key);
    return Promise.resolve();
  }

  private keys(prefix: string): string[] {
    const all = Array.from({ length: this.drawer.length }, (_, index) => this.drawer.key(index) ?? "");
    return all.filter((key) => key.startsWith(this.path(prefix))).sort();
  }

  private path(key: string): string {
    return `${this.name}/${key}`;
  }

  private parse(text: string | null): unknown {
    try {
      return text === null ? undefined : JSON.parse(text);
    } catch {
      return undefined;
    }
  }
}

export class MemoryDrawer implements Drawer {
  private readonly items = new Map<string, string>();

  get length(): number {
    return this.items.size;
  }

  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}
