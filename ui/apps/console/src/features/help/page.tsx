/** Help: the keys, and what to send along when one asks for help. */
import { CopyField, Page, Section, ShortcutList, useSession } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { agentWords } from "../account/sessions";

export default function HelpPage(): ReactNode {
  const { t, i18n } = useTranslation();
  const session = useSession();
  const report = [`Gutenbot ${session.version}`, session.environment, session.role, i18n.language, agentWords(navigator.userAgent), `${innerWidth} × ${innerHeight}`].join(" · ");
  return (
    <Page title={t("pages.help")} narrow>
      <Section title={t("help.report")} about={t("help.reportAbout")}>
        <CopyField value={report} label={t("help.report")} />
      </Section>
      <Section title={t("word.keys")} about={t("help.keysAbout")}>
        <ShortcutList />
      </Section>
    </Page>
  );
}
