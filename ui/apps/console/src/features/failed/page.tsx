/** Events that could not be handled: why, and run them again once the cause is mended. */
import type { FailedEvent } from "@gutenbot/api";
import { Button, CodeView, ConfirmDialog, EmptyState, Facts, JsonView, Link, NoPermission, Page, RelativeTime, Section, useApi, useBotOrNone, useCursorList, usePermission, useSearchParams, useWrite } from "@gutenbot/console";
import { ListBody } from "@gutenbot/console/grid";
import type { Column } from "@gutenbot/console/grid";
import { CircleCheck, RotateCcw } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NoBot } from "../../shell/no-bot";
import { usePanels } from "../../shell/panels";
import { wordsOf } from "../people/entry-words";

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

/** All of them at once, as a job. */
function ReplayAll({ bot }: { bot: string }): ReactNode {
  const { t } = useTranslation("live");
  const api = useApi();
  const mayReplay = usePermission("dead-letters:replay");
  const [asking, setAsking] = useState(false);
  const replay = useWrite({
    run: (_: null, key) => api.post("/api/v1/bots/{bot}/dead-letters/replay", { path: { bot }, idempotencyKey: key }),
    changes: [["dead-letters", bot], ["jobs"]],
    done: () => t("export.replayStarted"),
    onDone: () => setAsking(false),
  });
  if (!mayReplay) return null;
  return (
    <>
      <Button icon={RotateCcw} onClick={() => setAsking(true)}>
        {t("export.replayAll")}
      </Button>
      <ConfirmDialog title={t("export.replayAllTitle")} open={asking} danger={false} verb={t("export.replayAll")} busy={replay.isPending} onClose={() => setAsking(false)} onConfirm={() => replay.mutate(null)}>
        {t("export.replayAllText")}
      </ConfirmDialog>
    </>
  );
}

function List({ bot }: { bot: string }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const mayReplay = usePermission("dead-letters:replay");
  const replay = useReplay(bot);
  const [search] = useSearchParams();
  const { show, close } = usePanels();
  const list = useCursorList<FailedEvent>(["dead-letters", bot], (after, signal) =>
    api.get("/api/v1/bots/{bot}/dead-letters", { path: { bot }, query: { limit: 100, ...(after && { after: Number(after) }) }, signal }),
  );
  const picked = list.items.find((one) => String(one.seq) === search.get("event"));
  useEffect(() => {
    if (picked) show("end", { id: String(picked.seq), title: t("deadLetters.event"), content: <Details bot={bot} event={picked} /> });
    else close("end");
  }, [picked, bot, show, close, t]);
  useEffect(() => () => close("end"), [close]);
  const columns = useMemo(
    (): Column<FailedEvent>[] => [
      { id: "error", title: t("deadLetters.error"), cell: (one) => <span className="gb-clip">{headline(one.error)}</span> },
      { id: "said", title: t("deadLetters.said"), cell: (one) => <span className="gb-clip">{wordsOf(one.event).text}</span>, wideOnly: true },
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
      linkOf={(one) => `?event=${one.seq}`}
      {...(mayReplay && { rowActions })}
      firstUse={
        <EmptyState kind="first-use" icon={CircleCheck} title={t("deadLetters.none")}>
          {t("deadLetters.noneText")}
        </EmptyState>
      }
    />
  );
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
