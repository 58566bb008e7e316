/** What the palette and the keyboard can do on every page: go to pages, choose a bot, change the look. */
import { useBotOrNone, useCommands, usePreferences, useSession } from "@gutenbot/console";
import type { Command } from "@gutenbot/console";
import { Bot, Copy, Keyboard, LogOut, Moon, PanelLeft, Rows3, Sun } from "lucide-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { addressOf } from "../app/pages";
import { useModuleLinks } from "../features/module-pages/navigation";
import { useChooseBot } from "./bot-switcher";
import { useVisiblePages } from "./sidebar";
import { useSignOut } from "./top-bar";

export function useShellCommands({ help, sidebar }: { help: () => void; sidebar: () => void }): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const session = useSession();
  const bot = useBotOrNone();
  const pages = useVisiblePages();
  const choose = useChooseBot();
  const signOut = useSignOut();
  const [preferences, prefer] = usePreferences();
  const places = pages.flatMap((page): Command[] => {
    const to = addressOf(page, bot?.id ?? null);
    if (to === null) return [];
    return [{ id: `go.${page.id}`, kind: "go", label: t(`pages.${page.id}`), icon: page.icon, ...(page.keys && { keys: page.keys }), run: () => void navigate(to) }];
  });
  const ofModules = useModuleLinks().map((link): Command => ({ id: `go.${link.id}`, kind: "go", label: link.label, icon: link.icon, run: () => void navigate(link.to) }));
  const dark = preferences.scheme === "dark";
  const compact = preferences.density === "compact";
  const all: Command[] = [
    ...places,
    ...ofModules,
    ...session.bots.filter((one) => one.id !== bot?.id).map((one): Command => ({ id: `bot.${one.id}`, kind: "open", label: one.name, also: t("shell.bots"), icon: Bot, run: () => choose(one.id) })),
    { id: "scheme", kind: "do", label: t(dark ? "do.light" : "do.dark"), icon: dark ? Sun : Moon, run: () => prefer({ scheme: dark ? "light" : "dark" }) },
    { id: "density", kind: "do", label: t(compact ? "do.comfortable" : "do.compact"), icon: Rows3, run: () => prefer({ density: compact ? "comfortable" : "compact" }) },
    { id: "link", kind: "do", label: t("do.copyLink"), icon: Copy, run: () => void navigator.clipboard.writeText(location.href) },
    { id: "sidebar", kind: "do", label: t("shortcuts.sidebar"), icon: PanelLeft, keys: "mod+b", run: sidebar },
    { id: "shortcuts", kind: "do", label: t("shortcuts.help"), icon: Keyboard, keys: "?", run: help },
    { id: "sign-out", kind: "do", label: t("me.signOut"), icon: LogOut, run: () => void signOut() },
  ];
  const shape = JSON.stringify([bot?.id, preferences, all.map(({ id, label }) => [id, label])]);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- the list is new at each drawing; its words say whether it changed
  const commands = useMemo(() => all, [shape]);
  useCommands(commands);
}
