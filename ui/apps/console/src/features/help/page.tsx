/** Help: the documentation that came with this release, the keys, and what to send along when one asks for help. */
import { CopyField, ErrorCard, Link, Page, Section, ShortcutList, Skeleton, useSession } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { agentWords } from "../account/sessions";
import { useContents } from "./api";
import "./help.css";
import { helpAddress } from "./links";
import { groupOf, HelpSearch } from "./search";

export default function HelpPage(): ReactNode {
  const { t, i18n } = useTranslation();
  const session = useSession();
  const report = [`Gutenbot ${session.version}`, session.environment, session.role, i18n.language, agentWords(navigator.userAgent), `${innerWidth} × ${innerHeight}`].join(" · ");
  return (
    <Page title={t("pages.help")}>
      <HelpSearch>
        <Contents />
        <Section title={t("help.report")} about={t("help.reportAbout")}>
          <CopyField value={report} label={t("help.report")} />
        </Section>
        <Section title={t("word.keys")} about={t("help.keysAbout")}>
          <ShortcutList />
        </Section>
      </HelpSearch>
    </Page>
  );
}

function Contents(): ReactNode {
  const { t } = useTranslation("help");
  const contents = useContents();
  if (contents.error) return <ErrorCard error={contents.error} onRetry={() => void contents.refetch()} />;
  if (!contents.data) return <Skeleton lines={8} />;
  return (
    <div className="gb-help-groups">
      {contents.data.groups.map((group) => (
        <Section key={group.name} title={t(`group.${groupOf(group.name)}`)}>
          <ul lang="en">
            {group.pages.map((page) => (
              <li key={page.name}>
                <Link to={helpAddress(page.name)}>
                  <bdi>{page.title}</bdi>
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      ))}
    </div>
  );
}
