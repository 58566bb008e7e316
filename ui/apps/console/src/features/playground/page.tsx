/** The playground of the bot that is chosen. */
import { NoPermission, Page, useBotOrNone, usePermission, useSearchParams } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NoBot } from "../../shell/no-bot";
import { Ground } from "./ground";

export default function PlaygroundPage(): ReactNode {
  const { t } = useTranslation("playground");
  const bot = useBotOrNone();
  const [search] = useSearchParams();
  const item = search.get("item") ?? "";
  const mayUse = usePermission("playground:use");
  if (!mayUse) return <NoPermission permission="playground:use" />;
  if (!bot) return <NoBot />;
  return (
    <Page title={t("title")} purpose={t("purpose")}>
      <Ground key={`${bot.id} ${item}`} bot={bot.id} name={bot.name} item={item} />
    </Page>
  );
}
