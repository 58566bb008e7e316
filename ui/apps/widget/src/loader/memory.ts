/** What the site's page remembers for the next page: unread messages, a conversation that goes on, whether the panel was open. */

export interface Remembered {
  unread?: number;
  /** When the conversation last went on, in milliseconds. */
  at?: number;
  accent?: string;
  teased?: boolean;
}

export class Memory {
  constructor(private readonly key: string) {}

  read(): Remembered {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "{}") as Remembered;
    } catch {
      return {};
    }
  }

  write(change: Remembered): void {
    try {
      localStorage.setItem(this.key, JSON.stringify({ ...this.read(), ...change }));
    } catch {
      // A browser that keeps nothing is a browser that forgets.
    }
  }

  wasOpen(open?: boolean): boolean {
    try {
      if (open !== undefined) sessionStorage.setItem(this.key, open ? "1" : "");
      return sessionStorage.getItem(this.key) === "1";
    } catch {
      return false;
    }
  }
}
