/** What pages get from the shell: the client, who is signed in, the bot that is chosen, and the live connection. */
import type { Client, Live } from "@gutenbot/api";
import { createContext, useContext } from "react";
import type { ReactNode } from "react";

export type Environment = "dev" | "staging" | "prod";

/** Who is signed in, and what they may. */
export type Session = {
  account: {
    id: string;
    name: string;
    email: string;
    locale: string;
    preferences: Preferences;
    two_factor: boolean;
  };
  role: string;
  permissions: readonly string[];
  /** Permission → by what it is limited: languages, bots. */
  scopes?: Readonly<Record<string, Limits>>;
  viewing_as: string | null;
  csrf: string;
  bots: readonly { id: string; name: string }[];
  environment: Environment;
  version: string;
};

type Limits = { readonly [of in keyof What]?: readonly string[] };
type What = { language?: string; bot?: string };

/** What a person chose; kept with the account. */
export type Preferences = {
  scheme?: "auto" | "light" | "dark";
  density?: "comfortable" | "compact";
  sidebar?: "open" | "closed";
  folded?: string[];
  shortcuts?: "on" | "off";
  keys?: Record<string, string>;
  dismissed?: string[];
  bot?: string;
  /** List → the views that the person saved of it. */
  views?: Record<string, SavedView[]>;
};

/** A name for the filters of a list; `query` is what stands in the address. */
export type SavedView = { name: string; query: string };

export type ConsoleContext = {
  client: Client;
  session: Session | null;
  live: Live | null;
  /** Changes preferences at once on the page, and with the account. */
  prefer: (change: Preferences) => void;
};

const Context = createContext<ConsoleContext | null>(null);

/** Gives pages what the hooks below read. */
export function ConsoleProvider({ value, children }: { value: ConsoleContext; children: ReactNode }): ReactNode {
  return <Context value={value}>{children}</Context>;
}

/** Everything the shell gives. Throws outside of the console. */
export function useConsole(): ConsoleContext {
  const found = useContext(Context);
  if (found === null) throw new Error("This hook works only on a page of the console.");
  return found;
}

/** The typed client of the API. */
export function useApi(): Client {
  return useConsole().client;
}

/** Who is signed in. Throws on the pages that are shown to nobody in particular. */
export function useSession(): Session {
  const { session } = useConsole();
  if (session === null) throw new Error("Nobody is signed in.");
  return session;
}

/** Whether the person may do something, such as `users:write`. While they view as another role, nothing can be changed. */
export function usePermission(permission: string, what: What = {}): boolean {
  const { session } = useConsole();
  return session !== null && may(session, permission, what);
}

/** The same as a function. Without `what`: whether they may it anywhere. */
export function may(session: Session, permission: string, what: What = {}): boolean {
  if (!session.permissions.includes(permission) || (session.viewing_as !== null && !permission.endsWith(":read"))) return false;
  const { language, bot } = session.scopes?.[permission] ?? {};
  return (what.language === undefined || language === undefined || withWider(what.language).some((one) => language.includes(one))) && (what.bot === undefined || (bot?.includes(what.bot) ?? true));
}

/** A language and those that it belongs to: `fr-CA` is French too. */
function withWider(tag: string): string[] {
  const parts = tag.split("-");
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("-"));
}

/** What the person chose, and how to change it. */
export function usePreferences(): [Preferences, (change: Preferences) => void] {
  const { session, prefer } = useConsole();
  return [session?.account.preferences ?? {}, prefer];
}
