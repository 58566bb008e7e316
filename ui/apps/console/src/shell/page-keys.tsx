/** The keys that go to pages: `g h` and the like, for the pages that the person may see. */
import { useBotOrNone, useShortcut } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { addressOf } from "../app/pages";
import type { PageEntry } from "../app/pages";
import { useVisiblePages } from "./sidebar";

export function PageKeys(): ReactNode {
  return useVisiblePages().map((page) => <PageKey key={page.id} page={page} />);
}

function PageKey({ page }: { page: PageEntry }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const bot = useBotOrNone();
  const to = addressOf(page, bot?.id ?? null);
  const shortcut = page.keys && to !== null ? { id: `go.${page.id}`, keys: page.keys, label: t(`pages.${page.id}`), section: t("shortcuts.pages") } : null;
  useShortcut(shortcut, () => {
    if (to !== null) void navigate(to);
  });
  return null;
}
