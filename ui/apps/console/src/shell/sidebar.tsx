/** The navigation: groups that fold, only what the person may see. */
import { IconButton, may, Tooltip, useBotOrNone, usePreferences, useSession } from "@gutenbot/console";
import type { Group } from "@gutenbot/console";
import { ChevronDown, PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { useId } from "react";
import type { ReactElement, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { addressOf, GROUPS, PAGES } from "../app/pages";
import type { PageEntry } from "../app/pages";
import { useModuleLinks } from "../features/module-pages/navigation";
import type { ModuleLink } from "../features/module-pages/navigation";

type SidebarProps = { closed?: boolean; onToggle?: () => void; inDrawer?: boolean; onPick?: () => void };

export function Sidebar({ closed = false, onToggle, inDrawer, onPick }: SidebarProps): ReactNode {
  const { t } = useTranslation();
  const pages = useVisiblePages();
  const links = useModuleLinks();
  const top = pages.filter((page) => page.group === "top");
  return (
    <nav className="gb-sidebar" data-drawer={inDrawer ? "" : undefined} aria-label={t("shell.navigation")}>
      <div className="gb-sidebar-scroll">
        <ul>
          {top.map((page) => (
            <Entry key={page.id} page={page} closed={closed} onPick={onPick} />
          ))}
        </ul>
        {GROUPS.map((group) => {
          const own = pages.filter((page) => page.group === group);
          const others = links.filter((link) => link.group === group);
          return own.length + others.length > 0 && <Fold key={group} group={group} pages={own} links={others} closed={closed} onPick={onPick} />;
        })}
      </div>
      {onToggle && (
        <div className="gb-sidebar-foot">
          <IconButton icon={closed ? PanelLeftOpen : PanelLeftClose} label={t(closed ? "shell.open" : "shell.collapse")} keys="mod+b" onClick={onToggle} aria-expanded={!closed} />
        </div>
      )}
    </nav>
  );
}

/** The pages that the person may see. */
export function useVisiblePages(): PageEntry[] {
  const session = useSession();
  return PAGES.filter((page) => page.permission === undefined || may(session, page.permission));
}

function Fold({ group, pages, links, closed, onPick }: { group: Group; pages: readonly PageEntry[]; links: readonly ModuleLink[]; closed: boolean; onPick: (() => void) | undefined }): ReactNode {
  const { t } = useTranslation();
  const [preferences, prefer] = usePreferences();
  const list = useId();
  const folded = !closed && (preferences.folded ?? []).includes(group);
  const toggle = () => {
    const others = (preferences.folded ?? []).filter((one) => one !== group);
    prefer({ folded: folded ? others : [...others, group] });
  };
  return (
    <div className="gb-nav-group">
      {closed ? (
        <hr />
      ) : (
        <button type="button" aria-expanded={!folded} aria-controls={list} onClick={toggle}>
          {t(`groups.${group}`)}
          <ChevronDown size={14} aria-hidden />
        </button>
      )}
      <ul id={list} hidden={folded} aria-label={t(`groups.${group}`)}>
        {pages.map((page) => (
          <Entry key={page.id} page={page} closed={closed} onPick={onPick} />
        ))}
        {links.map((link) => (
          <ModuleEntry key={link.id} link={link} closed={closed} onPick={onPick} />
        ))}
      </ul>
    </div>
  );
}

function Entry({ page, closed, onPick }: { page: PageEntry; closed: boolean; onPick: (() => void) | undefined }): ReactNode {
  const { t } = useTranslation();
  const bot = useBotOrNone();
  const to = addressOf(page, bot?.id ?? null);
  if (to === null) return null;
  const Icon = page.icon;
  const label = t(`pages.${page.id}`);
  const fetchSoon = () => void page.load();
  const link: ReactElement = (
    <NavLink to={to} end={page.path === "/"} onPointerEnter={fetchSoon} onFocus={fetchSoon} onClick={onPick} aria-label={closed ? label : undefined}>
      <Icon size={18} aria-hidden />
      <span className="gb-nav-word">{label}</span>
    </NavLink>
  );
  return <li>{closed ? <Tooltip label={label} side="right">{link}</Tooltip> : link}</li>;
}

function ModuleEntry({ link, closed, onPick }: { link: ModuleLink; closed: boolean; onPick: (() => void) | undefined }): ReactNode {
  const Icon = link.icon;
  const shown: ReactElement = (
    <NavLink to={link.to} onClick={onPick} aria-label={closed ? link.label : undefined}>
      <Icon size={18} aria-hidden />
      <span className="gb-nav-word">{link.label}</span>
    </NavLink>
  );
  return <li>{closed ? <Tooltip label={link.label} side="right">{shown}</Tooltip> : shown}</li>;
}
