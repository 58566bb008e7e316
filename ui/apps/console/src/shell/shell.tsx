/** The frame around every page: navigation, top bar, panels. */
import { Banner, Button, CommandPalette, Drawer, ShortcutHelp, usePreferences, useSession, useShortcut, useWrite } from "@gutenbot/console";
import { Suspense, useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Outlet, useLocation, useNavigation } from "react-router";
import { PlaygroundDock } from "../features/playground/dock";
import { useViewAs } from "../features/team/view-as";
import { PageKeys } from "./page-keys";
import { PanelProvider, Panels } from "./panels";
import { Sidebar } from "./sidebar";
import { TopBar } from "./top-bar";
import { useShellCommands } from "./use-commands";
import { useRoleTitle } from "./use-role-title";

export function Shell(): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const [preferences, prefer] = usePreferences();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const closed = preferences.sidebar === "closed";
  const toggle = () => prefer({ sidebar: closed ? "open" : "closed" });
  const section = t("shortcuts.everywhere");
  useShortcut({ id: "palette", keys: "mod+k", label: t("shortcuts.palette"), section }, () => setPalette(true));
  useShortcut({ id: "help", keys: "?", label: t("shortcuts.help"), section }, () => setHelp(true));
  useShortcut({ id: "search", keys: "/", label: t("shortcuts.search"), section }, () => setPalette(true));
  useShortcut({ id: "sidebar", keys: "mod+b", label: t("shortcuts.sidebar"), section }, toggle);
  useShellCommands({ help: () => setHelp(true), sidebar: toggle });
  const main = useFocusOfPage();
  return (
    <PanelProvider>
      <div className="gb-shell" data-sidebar={closed ? "closed" : "open"} data-environment={session.environment}>
        <a className="gb-skip" href="#page">
          {t("shell.skip")}
        </a>
        <TopBar onPalette={() => setPalette(true)} onHelp={() => setHelp(true)} onDrawer={() => setDrawer(true)} />
        <Sidebar closed={closed} onToggle={toggle} />
        <div className="gb-main">
          {session.viewing_as !== null && <ViewingAs role={session.viewing_as} />}
          <main id="page" ref={main} tabIndex={-1}>
            <Suspense>
              <Outlet />
            </Suspense>
          </main>
        </div>
        <Panels />
        <BusyLine />
        <PageKeys />
        <PlaygroundDock />
      </div>
      <Drawer title={t("shell.navigation")} open={drawer} onClose={() => setDrawer(false)} side="left" width={280}>
        <Sidebar inDrawer onPick={() => setDrawer(false)} />
      </Drawer>
      <CommandPalette open={palette} onClose={() => setPalette(false)} />
      <ShortcutHelp open={help} onClose={() => setHelp(false)} />
    </PanelProvider>
  );
}

function ViewingAs({ role }: { role: string }): ReactNode {
  const { t } = useTranslation();
  const viewAs = useViewAs();
  const title = useRoleTitle(role);
  const end = useWrite({ run: () => viewAs(null) });
  return (
    <Banner tone="human" title={t("viewAs.banner", { role: title })} actions={<Button small busy={end.isPending} onClick={() => end.mutate()}>{t("viewAs.end")}</Button>}>
      {t("viewAs.readOnly")}
    </Banner>
  );
}

/** After a change of page the focus is on its title: people who do not see it hear where they are. */
function useFocusOfPage() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    const timer = setTimeout(() => {
      if (main.current?.contains(document.activeElement) && document.activeElement !== main.current) return;
      main.current?.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }, 50);
    return () => clearTimeout(timer);
  }, [pathname]);
  return main;
}

/** A thin line while the next page loads. */
function BusyLine(): ReactNode {
  const navigation = useNavigation();
  return navigation.state === "idle" ? null : <div className="gb-busy" aria-hidden />;
}
