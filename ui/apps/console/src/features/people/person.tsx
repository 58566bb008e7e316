/** One person: what is known, and where they talked. */
import type { Summary, User } from "@gutenbot/api";
import { Card, EmptyState, ErrorCard, Facts, NoPermission, Page, RelativeTime, Section, Skeleton, useApi, useBotOrNone, useParams, usePermission } from "@gutenbot/console";
import { DataGrid } from "@gutenbot/console/grid";
import type { Column } from "@gutenbot/console/grid";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NoBot } from "../../shell/no-bot";
import { ModulePanels } from "../module-pages/panels";
import { nameOf, TagList } from "./list";
import { calledBy } from "./entry-words";
import { SayToUser } from "./say";

export default function PersonPage(): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const bot = useBotOrNone();
  const { user = "" } = useParams();
  const mayRead = usePermission("users:read");
  const path = { bot: bot?.id ?? "", user };
  const place = useMemo(() => ({ bot: bot?.id ?? "", user }), [bot?.id, user]);
  const person = useQuery({ queryKey: ["users", path.bot, "one", user], queryFn: ({ signal }) => api.get("/api/v1/bots/{bot}/users/{user}", { path, signal }), enabled: bot !== null && mayRead });
  if (!mayRead) return <NoPermission permission="users:read" />;
  if (!bot) return <NoBot />;
  const title = person.data ? nameOf(person.data, (id) => t("people.visitor", { id })) : t("people.person");
  return (
    <Page title={title} actions={person.data && <SayToUser bot={bot.id} user={user} name={title} />}>
      {person.error && <ErrorCard error={person.error} onRetry={() => void person.refetch()} />}
      {person.isPending && <Skeleton />}
      {person.data && <Known user={person.data} />}
      {person.data && <Conversations bot={bot.id} user={user} />}
      {person.data && <ModulePanels place="person" values={place} />}
    </Page>
  );
}

function Known({ user }: { user: User }): ReactNode {
  const { t } = useTranslation();
  const facts = [...Object.entries(user.profile), ...Object.entries(user.attributes)].map(([name, value]) => [name, <bdi key={name}>{words(value)}</bdi>] as const);
  return (
    <Card>
      <Facts
        of={[
          [t("people.seen"), <RelativeTime key="seen" at={user.seen} />],
          [t("people.first"), <RelativeTime key="first" at={user.created} />],
          [t("people.tags"), <TagList key="tags" tags={user.tags} />],
          [t("people.id"), <code key="id" dir="ltr">{user.id}</code>],
          ...facts,
        ]}
      />
    </Card>
  );
}

function words(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function Conversations({ bot, user }: { bot: string; user: string }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const mayRead = usePermission("conversations:read");
  const list = useQuery({
    queryKey: ["users", bot, "conversations", user],
    queryFn: ({ signal }) => api.get("/api/v1/bots/{bot}/users/{user}/conversations", { path: { bot, user }, query: { limit: 200 }, signal }),
    enabled: mayRead,
  });
  const columns = useMemo(
    (): Column<Summary>[] => [
      { id: "title", title: t("people.conversation"), cell: (one) => calledBy(one.title) || <span className="gb-faint">{t("people.untitled")}</span> },
      { id: "last", title: t("people.last"), cell: (one) => <span className="gb-clip">{one.last}</span>, wideOnly: true },
      { id: "channel", title: t("people.channel"), cell: (one) => one.channel, wideOnly: true },
      { id: "n", title: t("people.entries"), cell: (one) => one.n, numeric: true },
      { id: "updated", title: t("people.updated"), cell: (one) => <RelativeTime at={one.updated} /> },
    ],
    [t],
  );
  if (!mayRead) return <NoPermission permission="conversations:read" />;
  return (
    <Section title={t("people.conversations")}>
      {list.error && <ErrorCard error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton />}
      {list.data?.items.length === 0 && <EmptyState kind="first-use" title={t("people.noConversations")} />}
      {list.data && list.data.items.length > 0 && (
        <DataGrid label={t("people.conversations")} rows={list.data.items} columns={columns} idOf={(one) => one.id} linkOf={(one) => `/bots/${encodeURIComponent(bot)}/conversations/${encodeURIComponent(one.id)}`} />
      )}
    </Section>
  );
}
