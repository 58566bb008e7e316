/** Where the console and the repository differ: what was changed here, as a patch that the files can take. */
import { CodeView, CopyField, EmptyState, ErrorCard, Section, Skeleton, useBot, useQuery } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { addressOfItem, KEY, useContent } from "../api";
import { ContentFrame } from "../frame";

export default function SyncPage(): ReactNode {
  const { t } = useTranslation("content");
  return (
    <ContentFrame title={t("sync.title")} purpose={t("sync.purpose")}>
      <Differences />
    </ContentFrame>
  );
}

function Differences(): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBot();
  const content = useContent();
  const found = useQuery({ queryKey: [...KEY.all(bot.id), "sync"], queryFn: content.sync });
  if (found.error && !found.data) return <ErrorCard error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton lines={6} />;
  if (found.data.items.length === 0) {
    return (
      <EmptyState kind="first-use" title={t("sync.none")}>
        {t("sync.noneText")}
      </EmptyState>
    );
  }
  return (
    <>
      <Section title={t("sync.overrides", { count: found.data.items.length })} about={t("sync.about")}>
        <CopyField value={`gutenbot content pull --bot ${bot.id}`} label={t("sync.command")} />
        <ul className="gb-lines">
          {found.data.items.map((one) => (
            <li key={`${one.id} ${one.locale}`}>
              <Link to={addressOfItem(bot.id, one.id, { locale: one.locale })}>
                <code dir="ltr">{one.id}</code>
              </Link>
              <span>{one.locale}</span>
              <span className="gb-faint gb-grow" dir="ltr">
                {one.place}
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t("sync.patch")}>
        <CodeView text={found.data.diff} label={t("sync.patch")} />
      </Section>
    </>
  );
}
