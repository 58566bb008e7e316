/** Where the person is. */
import { useBotOrNone } from "@gutenbot/console";
import type { Group } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, matchPath, useLocation } from "react-router";
import { addressOf, PAGES } from "../app/pages";
import { useModuleLinks } from "../features/module-pages/navigation";

export function Breadcrumb(): ReactNode {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const bot = useBotOrNone();
  const page = PAGES.find((one) => one.path !== "/" && matchPath({ path: one.path, end: false }, pathname.replace("/conversations/", "/people/")));
  const link = useModuleLinks().find((one) => matchPath({ path: one.to, end: false }, pathname));
  if (link) return <Crumbs group={link.group} to={link.to} label={link.label} here={pathname === link.to} />;
  if (!page) return <div className="gb-crumbs" />;
  const to = addressOf(page, bot?.id ?? null) ?? "/";
  const deeper = matchPath({ path: page.path, end: true }, pathname) === null;
  return <Crumbs group={page.group === "top" ? null : page.group} to={to} label={t(`pages.${page.id}`)} here={!deeper} />;
}

function Crumbs({ group, to, label, here }: { group: Group | null; to: string; label: string; here: boolean }): ReactNode {
  const { t } = useTranslation();
  return (
    <nav className="gb-crumbs" aria-label={t("shell.breadcrumb")}>
      <ol>
        {group !== null && <li>{t(`groups.${group}`)}</li>}
        <li>
          <Link to={to} aria-current={here ? "page" : undefined}>
            <bdi>{label}</bdi>
          </Link>
        </li>
      </ol>
    </nav>
  );
}
