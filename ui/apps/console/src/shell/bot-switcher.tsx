/** Which bot the pages are about. */
import { Menu, useBotOrNone, usePreferences, useSession } from "@gutenbot/console";
import { Bot, ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";

/** The same page of another bot. */
export function sameFor(bot: string, pathname: string): string | null {
  const found = /^\/bots\/[^/]+\/([^/]+)/.exec(pathname);
  return found ? `/bots/${encodeURIComponent(bot)}/${found[1] ?? ""}` : null;
}

export function BotSwitcher(): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const bot = useBotOrNone();
  const choose = useChooseBot();
  const inside = (
    <>
      <Bot size={18} aria-hidden />
      <span dir="auto">{bot?.name ?? t("shell.noBot")}</span>
    </>
  );
  if (session.bots.length < 2) return <span className="gb-bot">{inside}</span>;
  return (
    <Menu entries={session.bots.map((one) => ({ label: one.name, checked: one.id === bot?.id, onClick: () => choose(one.id) }))}>
      <button type="button" className="gb-bot" aria-label={t("shell.bot", { bot: bot?.name ?? "" })}>
        {inside}
        <ChevronsUpDown size={14} aria-hidden />
      </button>
    </Menu>
  );
}

/** Chooses a bot: stays on the same kind of page. */
export function useChooseBot(): (bot: string) => void {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [, prefer] = usePreferences();
  return (bot) => {
    prefer({ bot });
    const to = sameFor(bot, pathname);
    if (to !== null) void navigate(to);
  };
}
