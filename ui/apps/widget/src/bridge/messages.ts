/** What the loader on the site's page and the panel in the iframe say to each other. Both sides check the origin of every message. */

/** From the site's page to the panel. */
export type ToPanel =
  | { gutenbot: "init"; locale: string; theme: string; userToken: string; page: string }
  | { gutenbot: "open"; quietly: boolean }
  | { gutenbot: "close" }
  | { gutenbot: "send"; text: string }
  | { gutenbot: "identify"; userToken: string }
  /** How it would look: only from pages of the server itself, which edit it. */
  | { gutenbot: "look"; config: Record<string, unknown>; name: string }
  | { gutenbot: "reset" };

/** From the panel to the site's page. */
export type ToPage =
  | { gutenbot: "hello" }
  | { gutenbot: "state"; unread: number; active: boolean; name: string; accent: string; launcher: string; teaser: string; position: string }
  | { gutenbot: "close" }
  | { gutenbot: "event"; name: "message" | "sent"; detail: { text: string; author: string } };
