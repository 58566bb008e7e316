/** Which bot a page is about: it stands in the address. */
import { useParams } from "react-router";
import { useSession } from "./context";

export type BotChoice = { id: string; name: string };

/** The bot of the address, else the one that was chosen last, else the first. Null when the person sees no bot. */
export function useBotOrNone(): BotChoice | null {
  const { bot } = useParams();
  const session = useSession();
  const wanted = bot ?? session.account.preferences.bot;
  return session.bots.find((one) => one.id === wanted) ?? (bot === undefined ? (session.bots[0] ?? null) : null);
}

/** The bot that the page is about. Throws on a page that is about none. */
export function useBot(): BotChoice {
  const found = useBotOrNone();
  if (found === null) throw new Error("This page needs a bot.");
  return found;
}
