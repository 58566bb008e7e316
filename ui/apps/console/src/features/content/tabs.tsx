/** The pages about content, one beside the other. */
import { PageTabs, useBotOrNone } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export function ContentTabs(): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBotOrNone();
  const base = `/bots/${encodeURIComponent(bot?.id ?? "")}/content`;
  return (
    <PageTabs
      label={t("tabs.label")}
      tabs={[
        { to: base, label: t("tabs.items") },
        { to: `${base}/languages`, label: t("tabs.languages") },
        { to: `${base}/releases`, label: t("tabs.releases") },
        { to: `${base}/media`, label: t("tabs.media") },
        { to: `${base}/sync`, label: t("tabs.sync") },
      ]}
    />
  );
}
