/** Everything that one was told: narrowed, opened, and read one by one, many at once, or all. */
import { Button, EmptyState, IconButton, Page, RelativeTime, StatusPill, useApi, useCursorList, useWrite } from "@gutenbot/console";
import { ListBody, useFilters } from "@gutenbot/console/grid";
import type { Column, FilterField, Picked } from "@gutenbot/console/grid";
import { Bell, Check, CheckCheck } from "lucide-react";
import { useMemo } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Told } from "../live/api";
import { AllRead, NOTIFICATIONS, Target, TONES, useNotifications } from "../live/tools";
import "../live/live.css";

const LEVELS = ["info", "warning", "error"] as const;

export default function NotificationsPage(): ReactNode {
  const { t } = useTranslation("live");
  const told = useNotifications();
  const first = told.data?.items[0];
  return (
    <Page title={t("bell.title")} purpose={t("bell.purpose")} actions={first && (told.data?.unread ?? 0) > 0 && <AllRead upTo={first.id} />}>
      <List modules={told.data?.modules ?? []} />
    </Page>
  );
}

type Read = { ids: string[] } | { matching: { level: Told["level"] | null; module: string; up_to: string } };

function useMark() {
  const api = useApi();
  return useWrite({ run: (body: Read) => api.post("/api/v1/notifications/read", { body }), changes: [NOTIFICATIONS] });
}

function List({ modules }: { modules: readonly string[] }): ReactNode {
  const { t } = useTranslation("live");
  const api = useApi();
  const mark = useMark();
  const fields = useMemo(
    (): FilterField[] => [
      { name: "unread", label: t("bell.show"), kind: "choice", none: t("bell.everything"), options: [{ value: "yes", label: t("bell.onlyUnread") }] },
      { name: "level", label: t("bell.levels"), kind: "choice", options: LEVELS.map((value) => ({ value, label: t(`bell.level.${value}`) })) },
      { name: "module", label: t("bell.source"), kind: "choice", options: modules.map((value) => ({ value, label: value === "core" ? "Gutenbot" : value })) },
    ],
    [t, modules],
  );
  const filters = useFilters(fields);
  const level = LEVELS.find((one) => one === filters.values.level);
  const query = { ...(filters.values.unread && { unread: true }), ...(level && { level }), ...(filters.values.module && { module: filters.values.module }) };
  const list = useCursorList<Told>([...NOTIFICATIONS, "list", filters.values], (after, signal) => api.get("/api/v1/notifications", { query: { limit: 100, ...query, ...(after && { after }) }, signal }));
  const columns = useMemo(
    (): Column<Told>[] => [
      { id: "message", title: t("bell.message"), cell: (one) => <Message told={one} onOpen={() => !one.read && mark.mutate({ ids: [one.id] })} />, width: 24 },
      { id: "level", title: t("bell.levels"), cell: (one) => <StatusPill tone={TONES[one.level]}>{t(`bell.level.${one.level}`)}</StatusPill> },
      { id: "module", title: t("bell.source"), cell: (one) => (one.module === "core" ? "Gutenbot" : one.module), wideOnly: true },
      { id: "times", title: t("bell.number"), cell: (one) => one.times, numeric: true, wideOnly: true },
      { id: "last", title: t("bell.last"), cell: (one) => <RelativeTime at={one.last} /> },
    ],
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `mutate` stays the same for as long as the page is there
    [t],
  );
  const newest = list.items[0]?.id ?? "";
  const whichOf = (picked: Picked): Read => (picked.everything ? { matching: { level: level ?? null, module: filters.values.module ?? "", up_to: newest } } : { ids: [...picked.ids] });
  const bulk = {
    of: [...NOTIFICATIONS, filters.values],
    count: async (signal: AbortSignal) => (await api.get("/api/v1/notifications/count", { query, signal })).count,
    nameOf: (one: Told) => one.message,
    actions: (picked: Picked) => (
      <Button small icon={Check} busy={mark.isPending} onClick={() => mark.mutate(whichOf(picked), { onSuccess: picked.clear })}>
        {t("bell.readPicked")}
      </Button>
    ),
  };
  const rowActions = (one: Told) => (one.read ? null : <IconButton icon={CheckCheck} label={t("bell.readOne", { message: one.message })} onClick={() => mark.mutate({ ids: [one.id] })} />);
  return (
    <ListBody
      label={t("bell.title")}
      list={list}
      columns={columns}
      idOf={(one) => one.id}
      rowActions={rowActions}
      fields={fields}
      filters={filters}
      views="notifications"
      bulk={bulk}
      firstUse={
        <EmptyState kind="first-use" icon={Bell} title={t("bell.none")}>
          {t("bell.noneText")}
        </EmptyState>
      }
    />
  );
}

function Message({ told, onOpen }: { told: Told; onOpen: () => void }): ReactNode {
  const { t } = useTranslation("live");
  return (
    <span className="gb-notice" data-unread={told.read ? undefined : ""}>
      {!told.read && <span className="gb-unseen">{t("bell.unread")}</span>}
      <bdi>{told.message}</bdi>
      {told.link && <Target link={told.link} about={told.message} onOpen={onOpen} />}
    </span>
  );
}
