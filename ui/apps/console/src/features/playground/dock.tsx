/** The playground beside the page: opened and closed by a shortcut, and there while one moves on. */
import { may, useBotOrNone, useSession, useShortcut } from "@gutenbot/console";
import { lazy, Suspense, useEffect } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { withWords } from "../../i18n";
import { usePanels } from "../../shell/panels";

const Lazy = lazy(async () => {
  const { Ground } = await withWords("playground", () => import("./ground"));
  return { default: Ground };
});

export function PlaygroundDock(): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const bot = useBotOrNone();
  const { shown, show, close } = usePanels();
  const { pathname } = useLocation();
  const onPage = pathname.endsWith("/playground");
  const open = shown.end?.id === "playground";
  const possible = bot !== null && may(session, "playground:use") && !onPage;
  useShortcut({ id: "playground", keys: "mod+.", label: t("shortcuts.playground"), section: t("shortcuts.everywhere") }, () => {
    if (open) close("end");
    else if (possible) {
      const content = (
        <Suspense>
          <Lazy key={bot.id} bot={bot.id} name={bot.name} dock />
        </Suspense>
      );
      show("end", { id: "playground", title: t("pages.playground"), content });
    }
  });
  useEffect(() => {
    if (open && onPage) close("end");
  }, [open, onPage, close]);
  return null;
}
