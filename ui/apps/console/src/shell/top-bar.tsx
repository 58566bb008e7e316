/** The bar over every page: which bot, where, search, connection, help, me. */
import { Avatar, EnvChip, IconButton, Keys, Menu, useApi, usePreferences, useSession } from "@gutenbot/console";
import { useQueryClient } from "@tanstack/react-query";
import { BookOpenText, CircleHelp, Keyboard, LogOut, Menu as MenuIcon, Moon, Search, Settings2, Sun, SunMoon, UserRound } from "lucide-react";
import { lazy, Suspense } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { LEFT, SESSION } from "../app/client";
import { withWords } from "../i18n";
import { aboutPage } from "./about";
import { BotSwitcher } from "./bot-switcher";
import { Breadcrumb } from "./breadcrumb";
import { ConnectionDot } from "./connection";
import { useRoleTitle } from "./use-role-title";

/** Comes after the page: nobody waits for a bell. */
const LiveTools = lazy(() => withWords("live", () => import("../features/live/tools")));

type TopBarProps = { onPalette: () => void; onHelp: () => void; onDrawer: () => void };

export function TopBar({ onPalette, onHelp, onDrawer }: TopBarProps): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <header className="gb-top">
      <div className="gb-top-menu">
        <IconButton icon={MenuIcon} label={t("shell.menu")} onClick={onDrawer} />
      </div>
      <BotSwitcher />
      <EnvChip environment={session.environment} />
      <Breadcrumb />
      <button type="button" className="gb-search" onClick={onPalette}>
        <Search size={16} aria-hidden />
        <span>{t("shell.search")}</span>
        <Keys of="mod+k" />
      </button>
      <ConnectionDot />
      <Suspense>
        <LiveTools />
      </Suspense>
      <span className="gb-top-help">
        <HelpMenu onKeys={onHelp} />
      </span>
      <Me />
    </header>
  );
}

function HelpMenu({ onKeys }: { onKeys: () => void }): ReactNode {
  const { t } = useTranslation();
  const about = aboutPage(useLocation().pathname);
  return (
    <Menu
      width={240}
      entries={[
        ...(about === null ? [] : [{ label: t("shell.aboutPage"), icon: BookOpenText, to: about }]),
        { label: t("pages.help"), icon: CircleHelp, to: "/help" },
        { label: t("shell.help"), icon: Keyboard, keys: "?", onClick: onKeys },
      ]}
    >
      <IconButton icon={CircleHelp} label={t("pages.help")} />
    </Menu>
  );
}

function Me(): ReactNode {
  const { t } = useTranslation();
  const about = aboutPage(useLocation().pathname);
  const session = useSession();
  const [preferences, prefer] = usePreferences();
  const signOut = useSignOut();
  const role = useRoleTitle(session.role);
  const scheme = preferences.scheme ?? "auto";
  const schemes = [
    ["auto", SunMoon],
    ["light", Sun],
    ["dark", Moon],
  ] as const;
  return (
    <Menu
      width={240}
      entries={[
        { heading: `${session.account.name} · ${role}` },
        { label: t("pages.account"), icon: UserRound, to: "/account" },
        { label: t("me.preferences"), icon: Settings2, to: "/account/preferences" },
        ...(about === null ? [] : [{ label: t("shell.aboutPage"), icon: BookOpenText, to: about }]),
        { label: t("pages.help"), icon: CircleHelp, to: "/help" },
        "line",
        ...schemes.map(([name, icon]) => ({ label: t(`me.scheme.${name}`), icon, checked: scheme === name, onClick: () => prefer({ scheme: name }) })),
        "line",
        { label: t("me.signOut"), icon: LogOut, onClick: () => void signOut() },
      ]}
    >
      <button type="button" className="gb-me" aria-label={t("me.label", { name: session.account.name })}>
        <Avatar name={session.account.name} />
      </button>
    </Menu>
  );
}

/** Ends the session and forgets everything that was seen in it. */
export function useSignOut(): () => Promise<void> {
  const api = useApi();
  const queries = useQueryClient();
  return async () => {
    queries.setQueryData(LEFT, true);
    await api.delete("/api/v1/session");
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION[0] });
    await queries.invalidateQueries({ queryKey: SESSION });
  };
}
