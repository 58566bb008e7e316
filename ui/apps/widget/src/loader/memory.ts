/** What the site's page remembers for the next page: unread messages, a conversation that goes on, whether the panel was open. */

export interface Remembered {
  unread?: number;
  /** When the conversation last went on, in milliseconds. */
  at?: number;
  accent?: string;
  teased?: boolean;
  open?: boolean;
}

/** `storage` gives the drawer or throws; a browser that keeps nothing is a browser that forgets. */
export function memory(key: string, storage: () => Storage): (change?: Remembered) => Remembered {
  let now: Remembered = {};
  try {
    now = JSON.parse(storage().getItem(key) ?? "{}") as Remembered;
  } catch {
    // Nothing was kept.
  }
  return (change) => {
    if (change) {
      now = { ...now, ...change };
      try {
        storage().setItem(key, JSON.stringify(now));
      } catch {
        // Nothing is kept.
      }
    }
    return now;
  };
}
