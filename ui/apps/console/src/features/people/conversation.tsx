/** A conversation, to read: both sides, in order. */
import type { Entry } from "@gutenbot/api";
import { Button, ErrorCard, ExactTime, Facts, JsonView, Link, NoPermission, Page, RelativeTime, Skeleton, StatusPill, useApi, useBotOrNone, useCursorList, useParams, usePermission } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { Braces, Paperclip } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { withWords } from "../../i18n";
import { NoBot } from "../../shell/no-bot";
import { isStart, wordsOf } from "./entry-words";

const TurnList = lazy(() => withWords("playground", () => import("../playground/turn-list")));

export default function ConversationPage(): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const bot = useBotOrNone();
  const { conversation = "" } = useParams();
  const mayRead = usePermission("conversations:read");
  const mayInspect = usePermission("turns:read");
  const path = { bot: bot?.id ?? "", conversation };
  const known = useQuery({
    queryKey: ["conversations", path.bot, conversation],
    queryFn: ({ signal }) => api.get("/api/v1/bots/{bot}/conversations/{conversation}", { path, signal }),
    enabled: bot !== null && mayRead,
  });
  if (!mayRead) return <NoPermission permission="conversations:read" />;
  if (!bot) return <NoBot />;
  return (
    <Page title={t("thread.title")} narrow>
      {known.error && <ErrorCard error={known.error} onRetry={() => void known.refetch()} />}
      {known.isPending && <Skeleton />}
      {known.data && (
        <>
          <Facts
            of={[
              [t("people.person"), <Link key="user" to={`/bots/${encodeURIComponent(bot.id)}/people/${encodeURIComponent(known.data.user)}`}>{t("thread.person")}</Link>],
              [t("people.channel"), known.data.channel],
              [t("thread.mode"), <Mode key="mode" mode={known.data.mode} />],
              [t("people.updated"), <RelativeTime key="updated" at={known.data.updated} />],
            ]}
          />
          <Thread bot={bot.id} conversation={conversation} />
          {mayInspect && (
            <Suspense>
              <TurnList bot={bot.id} conversation={conversation} />
            </Suspense>
          )}
        </>
      )}
    </Page>
  );
}

function Mode({ mode }: { mode: string }): ReactNode {
  const { t } = useTranslation();
  if (mode === "bot") return <StatusPill tone="good">{t("thread.bot")}</StatusPill>;
  return <StatusPill tone="human">{mode === "human" ? t("thread.human") : mode}</StatusPill>;
}

function Thread({ bot, conversation }: { bot: string; conversation: string }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const list = useCursorList<Entry>(["conversations", bot, conversation, "thread"], (after, signal) =>
    api.get("/api/v1/bots/{bot}/conversations/{conversation}/thread", { path: { bot, conversation }, query: { limit: 100, ...(after && { after: Number(after) }) }, signal }),
  );
  return (
    <>
      {list.error && <ErrorCard error={list.error} onRetry={list.reload} />}
      {list.loading && <Skeleton lines={6} />}
      <ol className="gb-thread" aria-label={t("thread.label")}>
        {list.items.map((entry) => (
          <Line key={entry.n} entry={entry} />
        ))}
      </ol>
      {list.hasMore && (
        <Button busy={list.loadingMore} onClick={list.loadMore}>
          {t("thread.newer")}
        </Button>
      )}
    </>
  );
}

function Line({ entry }: { entry: Entry }): ReactNode {
  const { t } = useTranslation();
  const [raw, setRaw] = useState(false);
  const said = wordsOf(entry.body);
  const start = isStart(entry.body, entry.n);
  const author = entry.author === "user" ? t("thread.user") : entry.author === "bot" ? t("thread.bot") : entry.author;
  const kind = typeof entry.body.type === "string" ? entry.body.type : "";
  return (
    <li className="gb-bubble" data-author={entry.author === "user" || entry.author === "bot" ? entry.author : "other"}>
      <header>
        <strong>{author}</strong>
        <span className="gb-faint">
          <ExactTime at={entry.at} />
        </span>
        <Button small intent="quiet" icon={Braces} aria-expanded={raw} onClick={() => setRaw(!raw)}>
          {t("thread.raw")}
          <span className="gb-unseen"> {entry.n}</span>
        </Button>
      </header>
      {said.media && (
        <p>
          <Paperclip size={14} aria-hidden /> <span dir="auto">{said.media.name}</span> <span className="gb-faint">({said.media.kind})</span>
        </p>
      )}
      {start && <p className="gb-faint">{t("thread.started")}</p>}
      {said.text && !start && (
        <p dir="auto" className="gb-said">
          {said.text}
        </p>
      )}
      {!said.text && !said.media && <p className="gb-faint">{t("thread.event", { kind })}</p>}
      {said.choices.length > 0 && (
        <ul className="gb-choices" aria-label={t("thread.choices")}>
          {said.choices.map((choice, index) => (
            <li key={index} dir="auto">
              {choice}
            </li>
          ))}
        </ul>
      )}
      {raw && <JsonView value={entry.body} label={t("thread.rawOf", { n: entry.n })} />}
    </li>
  );
}
