/** Events that could not be handled: why, and run them again once the cause is mended. */
import type { FailedEvent } from "@gutenbot/api";
import { Button, CodeView, EmptyState, Facts, JsonView, Link, NoPermission, Page, RelativeTime, Section, useApi, useBotOrNone, useCursorList, usePermission, useSearchParams, useWrite } from "@gutenbot/console";
import { ListBody, useFilters } from "@gutenbot/console/grid";
import type { Column, FilterField, Picked } from "@gutenbot/console/grid";
import { CircleCheck, RotateCcw } from "lucide-react";
import { useEffect, useMemo } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NoBot } from "../../shell/no-bot";
import { usePanels } from "../../shell/panels";
import { isStart, wordsOf } from "../people/entry-words";
import { PickedEvents, ReplayAll } from "./verbs";

export default function FailedPage(): ReactNode {
  const { t } = useTranslation();
  const bot = useBotOrNone();
  const mayRead = usePermission("dead-letters:read");
  if (!mayRead) return <NoPermission permission="dead-letters:read" />;
  if (!bot) return <NoBot />;
  return (
    <Page title={t("pages.failed")} purpose={t("deadLetters.purpose")} actions={<ReplayAll bot={bot.id} />}>
      <List bot={bot.id} />
    </Page>
  );
}

function useReplay(bot: string) {
  const { t } = useTranslation();
  const api = useApi();
  return useWrite({
    run: (seq: number, key) => api.post("/api/v1/bots/{bot}/dead-letters/{seq}/replay", { path: { bot, seq }, idempotencyKey: key }),
    changes: [["dead-letters", bot]],
    done: () => t("deadLetters.replayed"),
  });
}

function List({ bot }: { bot: string }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const mayReplay = usePermission("dead-letters:replay");
  const replay = useReplay(bot);
  const [search] = useSearchParams();
  const { show, close } = usePanels();
  const { t: live } = useTranslation("live");
  const mayDiscard = usePermission("dead-letters:discard");
  const fields = useMemo(
    (): FilterField[] => [
      { name: "q", label: live("failed.words"), kind: "text", placeholder: live("failed.wordsHelp") },
      { name: "channel", label: t("people.channel"), kind: "text" },
    ],
    [t, live],
  );
  const filters = useFilters(fields);
  const query = { q: filters.values.q ?? "", channel: filters.values.channel ?? "" };
  const list = useCursorList<FailedEvent>(["dead-letters", bot, query], (after, signal) =>
    api.get("/api/v1/bots/{bot}/dead-letters", { path: { bot }, query: { limit: 100, ...query, ...(after && { after: Number(after) }) }, signal }),
  );
  const bulk = mayReplay || mayDiscard
    ? {
        of: ["dead-letters", bot, query],
        count: async (signal: AbortSignal) => (await api.get("/api/v1/bots/{bot}/dead-letters/count", { path: { bot }, query, signal })).count,
        nameOf: (one: FailedEvent) => headline(one.error),
        actions: (picked: Picked) => <PickedEvents bot={bot} picked={picked} query={query} />,
      }
    : undefined;
  const picked = list.items.find((one) => String(one.seq) === search.get("event"));
  useEffect(() => {
    if (picked) show("end", { id: String(picked.seq), title: t("deadLetters.event"), content: <Details bot={bot} event={picked} /> });
    else close("end");
  }, [picked, bot, show, close, t]);
  useEffect(() => () => close("end"), [close]);
  const columns = useMemo(
    (): Column<FailedEvent>[] => [
      { id: "error", title: t("deadLetters.error"), cell: (one) => <span className="gb-clip">{headline(one.error)}</span> },
      { id: "said", title: t("deadLetters.said"), cell: (one) => <span className="gb-clip">{isStart(one.event) ? t("thread.started") : wordsOf(one.event).text}</span>, wideOnly: true },
      { id: "channel", title: t("people.channel"), cell: (one) => one.channel, wideOnly: true },
      { id: "attempts", title: t("deadLetters.attempts"), cell: (one) => one.attempts, numeric: true, wideOnly: true },
      { id: "died", title: t("deadLetters.died"), cell: (one) => <RelativeTime at={one.died} /> },
    ],
    [t],
  );
  const rowActions = (one: FailedEvent) => (
    <Button small icon={RotateCcw} busy={replay.isPending && replay.variables === one.seq} onClick={() => replay.mutate(one.seq)}>
      {t("deadLetters.replay")}
    </Button>
  );
  return (
    <ListBody
      label={t("pages.failed")}
      list={list}
      columns={columns}
      idOf={(one) => String(one.seq)}
      linkOf={(one) => withEvent(search, one.seq)}
      fields={fields}
      filters={filters}
      views="failed-events"
      bulk={bulk}
      {...(mayReplay && { rowActions })}
      firstUse={
        <EmptyState kind="first-use" icon={CircleCheck} title={t("deadLetters.none")}>
          {t("deadLetters.noneText")}
        </EmptyState>
      }
    />
  );
}

/** The filters stay when one is opened. */
function withEvent(search: URLSearchParams, seq: number): string {
  const next = new URLSearchParams(search);
  next.set("event", String(seq));
  return `?${next.toString()}`;
}

/** The line that says what happened: the first one, or the last one of a traceback. */
export function headline(error: string): string {
  const lines = error.trim().split("\n");
  return (lines[0]?.startsWith("Traceback") ? lines.at(-1) : lines[0]) ?? "";
}

function Details({ bot, event }: { bot: string; event: FailedEvent }): ReactNode {
  const { t } = useTranslation();
  const mayReplay = usePermission("dead-letters:replay");
  const replay = useReplay(bot);
  return (
    <div className="gb-stack">
      <Facts
        of={[
          [t("deadLetters.died"), <RelativeTime key="died" at={event.died} />],
          [t("deadLetters.attempts"), event.attempts],
          [t("people.channel"), event.channel],
          [t("people.conversation"), <Link key="conversation" to={`/bots/${encodeURIComponent(bot)}/conversations/${encodeURIComponent(event.conversation)}`}>{t("deadLetters.open")}</Link>],
        ]}
      />
      {mayReplay && (
        <div>
          <Button intent="primary" icon={RotateCcw} busy={replay.isPending} onClick={() => replay.mutate(event.seq)}>
            {t("deadLetters.replay")}
          </Button>
        </div>
      )}
      <Section title={t("deadLetters.error")}>
        <CodeView text={event.error} label={t("deadLetters.error")} />
      </Section>
      <Section title={t("deadLetters.event")}>
        <JsonView value={event.event} label={t("deadLetters.event")} />
      </Section>
    </div>
  );
}
