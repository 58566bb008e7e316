/** A page about a bot that is not there. */
import { EmptyState, LinkButton, Page, useParams } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export function NoBot(): ReactNode {
  const { t } = useTranslation();
  const { bot } = useParams();
  return (
    <Page title={t("noBot.title")}>
      <EmptyState kind="off" title={bot === undefined ? t("noBot.none") : t("noBot.unknown", { bot })} action={<LinkButton to="/">{t("pages.home")}</LinkButton>}>
        {t(bot === undefined ? "noBot.noneText" : "noBot.unknownText")}
      </EmptyState>
    </Page>
  );
}
