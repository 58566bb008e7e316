/** What every page about content begins with: whether the person may see it, and the tabs. */
import { NoPermission, Page, useBotOrNone, usePermission } from "@gutenbot/console";
import type { ReactNode } from "react";
import { NoBot } from "../../shell/no-bot";
import { ContentTabs } from "./tabs";
import "./content.css";

export function ContentFrame({ title, purpose, actions, children }: { title: string; purpose: string; actions?: ReactNode; children: ReactNode }): ReactNode {
  const bot = useBotOrNone();
  const mayRead = usePermission("content:read");
  if (!mayRead) return <NoPermission permission="content:read" />;
  if (!bot) return <NoBot />;
  return (
    <Page title={title} purpose={purpose} actions={actions}>
      <ContentTabs />
      {children}
    </Page>
  );
}
