/** Where the person is. */
import { useBotOrNone } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, matchPath, useLocation } from "react-router";
import { addressOf, PAGES } from "../app/pages";

export function Breadcrumb(): ReactNode {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const bot = useBotOrNone();
  const page = PAGES.find((one) => one.path !== "/" && matchPath({ path: one.path, end: false }, pathname.replace("/conversations/", "/people/")));
  if (!page) return <div className="gb-crumbs" />;
  const to = addressOf(page, bot?.id ?? null) ?? "/";
  const deeper = matchPath({ path: page.path, end: true }, pathname) === null;
  return (
    <nav className="gb-crumbs" aria-label={t("shell.breadcrumb")}>
      <ol>
        {page.group !== null && page.group !== "top" && <li>{t(`groups.${page.group}`)}</li>}
        <li>
          <Link to={to} aria-current={deeper ? undefined : "page"}>
            {t(`pages.${page.id}`)}
          </Link>
        </li>
      </ol>
    </nav>
  );
}
