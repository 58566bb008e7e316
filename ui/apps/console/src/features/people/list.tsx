/** The people who talk to a bot. */
import type { User } from "@gutenbot/api";
import { Avatar, EmptyState, LinkButton, NoPermission, Page, RelativeTime, useApi, useBotOrNone, useCursorList, usePermission } from "@gutenbot/console";
import { ListBody, useFilters } from "@gutenbot/console/grid";
import type { Column, FilterField, Picked } from "@gutenbot/console/grid";
import { useMemo } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NoBot } from "../../shell/no-bot";
import { TagPicked } from "./tagging";

export default function PeoplePage(): ReactNode {
  const { t } = useTranslation();
  const bot = useBotOrNone();
  const mayRead = usePermission("users:read");
  if (!mayRead) return <NoPermission permission="users:read" />;
  if (!bot) return <NoBot />;
  return (
    <Page title={t("pages.people")} purpose={t("people.purpose", { bot: bot.name })}>
      <List bot={bot.id} />
    </Page>
  );
}

function List({ bot }: { bot: string }): ReactNode {
  const { t } = useTranslation();
  const { t: live } = useTranslation("live");
  const api = useApi();
  const mayTag = usePermission("users:tag");
  const mayPlay = usePermission("playground:use");
  const fields = useMemo(
    (): FilterField[] => [
      { name: "q", label: live("people.words"), kind: "text", placeholder: live("people.wordsHelp") },
      { name: "tag", label: t("people.tag"), kind: "text", placeholder: t("people.tagHelp") },
    ],
    [t, live],
  );
  const filters = useFilters(fields);
  const tags = (filters.values.tag ?? "").split(/[\s,]+/).filter(Boolean);
  const query = { q: filters.values.q ?? "", tag: tags };
  const list = useCursorList(["users", bot, query], (after, signal) => api.get("/api/v1/bots/{bot}/users", { path: { bot }, query: { limit: 100, ...query, ...(after && { after }) }, signal }));
  const bulk = mayTag
    ? {
        of: ["users", bot, query],
        count: async (signal: AbortSignal) => (await api.get("/api/v1/bots/{bot}/users/count", { path: { bot }, query, signal })).count,
        nameOf: (one: User) => nameOf(one, (id) => t("people.visitor", { id })),
        actions: (picked: Picked) => <TagPicked bot={bot} picked={picked} query={query} />,
      }
    : undefined;
  const columns = useMemo(
    (): Column<User>[] => [
      { id: "name", title: t("people.name"), cell: (one) => <UserCell user={one} /> },
      { id: "tags", title: t("people.tags"), cell: (one) => <TagList tags={one.tags} />, wideOnly: true },
      { id: "seen", title: t("people.seen"), cell: (one) => <RelativeTime at={one.seen} /> },
      { id: "created", title: t("people.first"), cell: (one) => <RelativeTime at={one.created} />, wideOnly: true },
      { id: "id", title: t("people.id"), cell: (one) => <code dir="ltr">{one.id}</code>, hidden: true },
    ],
    [t],
  );
  return (
    <ListBody
      label={t("pages.people")}
      list={list}
      columns={columns}
      idOf={(one) => one.id}
      linkOf={(one) => `/bots/${encodeURIComponent(bot)}/people/${encodeURIComponent(one.id)}`}
      fields={fields}
      filters={filters}
      views="people"
      bulk={bulk}
      firstUse={
        <EmptyState kind="first-use" title={t("people.none")} action={mayPlay && <LinkButton to={`/bots/${encodeURIComponent(bot)}/playground`}>{t("people.say")}</LinkButton>}>
          {t("people.noneText")}
        </EmptyState>
      }
    />
  );
}

/** What a person is called: as the channel tells, else as the bot has noted it, else “Visitor 3F2”. */
export function nameOf(user: User, visitor: (id: string) => string): string {
  for (const known of [user.profile, user.attributes] as { name?: unknown; first_name?: unknown; last_name?: unknown }[]) {
    if (typeof known.name === "string" && known.name !== "") return known.name;
    const parts = [known.first_name, known.last_name].filter((one): one is string => typeof one === "string" && one !== "");
    if (parts.length > 0) return parts.join(" ");
  }
  return visitor(user.id.slice(-4).toUpperCase());
}

function UserCell({ user }: { user: User }): ReactNode {
  const { t } = useTranslation();
  const name = nameOf(user, (id) => t("people.visitor", { id }));
  return (
    <>
      <Avatar name={name} />
      <bdi>{name}</bdi>
    </>
  );
}

export function TagList({ tags }: { tags: Readonly<Record<string, string>> }): ReactNode {
  const names = Object.entries(tags);
  if (names.length === 0) return <span className="gb-faint">–</span>;
  return (
    <span className="gb-row">
      {names.map(([name, value]) => (
        <span key={name} className="gb-pill" dir="auto">
          {value === "" || value === "true" ? name : `${name}: ${value}`}
        </span>
      ))}
    </span>
  );
}
