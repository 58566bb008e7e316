/** What was published together, when and by whom, on how many workers it runs, and the way back. */
import { Banner, Button, Card, ConfirmDialog, EmptyState, ErrorCard, ExactTime, Skeleton, StatusPill, may, useBot, useCursorList, useLive, usePermission, useQueryClient, useSession, useWrite } from "@gutenbot/console";
import type { Tone } from "@gutenbot/console";
import { newIdempotencyKey } from "@gutenbot/api";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { addressOfItem, KEY, useContent } from "../api";
import { ContentFrame } from "../frame";
import type { Release } from "../types";
import { NewRelease } from "./new-release";

export default function ReleasesPage(): ReactNode {
  const { t } = useTranslation("content");
  const mayPublish = usePermission("content:publish");
  const [making, setMaking] = useState(false);
  const actions = mayPublish && (
    <Button intent="primary" icon={Plus} onClick={() => setMaking(true)}>
      {t("releases.new")}
    </Button>
  );
  return (
    <ContentFrame title={t("releases.title")} purpose={t("releases.purpose")} actions={actions}>
      <List />
      {making && <NewRelease onClose={() => setMaking(false)} />}
    </ContentFrame>
  );
}

function List(): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBot();
  const content = useContent();
  const queries = useQueryClient();
  const list = useCursorList<Release>(KEY.releases(bot.id), (after) => content.releases(after));
  useLive(`content:${bot.id}`, () => void queries.invalidateQueries({ queryKey: KEY.releases(bot.id) }));
  return (
    <>
      {list.error && <ErrorCard error={list.error} onRetry={list.reload} />}
      {list.loading && <Skeleton lines={6} />}
      {!list.loading && !list.error && list.items.length === 0 && (
        <EmptyState kind="first-use" title={t("releases.none")}>
          {t("releases.noneText")}
        </EmptyState>
      )}
      <ul className="gb-cards">
        {list.items.map((one) => (
          <li key={one.seq}>
            <ReleaseCard release={one} />
          </li>
        ))}
      </ul>
      {list.hasMore && (
        <Button busy={list.loadingMore} onClick={list.loadMore}>
          {t("history.older")}
        </Button>
      )}
    </>
  );
}

const STATES = ["live", "scheduled", "held", "undone", "cancelled", "failed"] as const;
const TONES: Record<(typeof STATES)[number], Tone> = { live: "good", scheduled: "info", held: "warn", undone: "calm", cancelled: "calm", failed: "bad" };

function ReleaseCard({ release }: { release: Release }): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBot();
  const content = useContent();
  const session = useSession();
  const mayPublish = release.items.every(({ locale }) => may(session, "content:publish", { language: locale }));
  const [asking, setAsking] = useState(false);
  const undo = useWrite({ run: () => content.undo(release.seq, newIdempotencyKey()), changes: [KEY.all(bot.id)], done: () => t("publish.undone"), onDone: () => setAsking(false) });
  const now = useWrite({ run: () => content.publishRelease(release.seq, newIdempotencyKey()), changes: [KEY.all(bot.id)], done: () => t("releases.nowDone") });
  const state = STATES.find((one) => one === release.state);
  const waits = state === "scheduled" || state === "held";
  const name = release.name || t("releases.number", { n: release.seq });
  return (
    <Card>
      <div className="gb-card-head">
        <h2 dir="auto">{name}</h2>
        <StatusPill tone={state ? TONES[state] : "info"}>{state ? t(`releases.state.${state}`) : release.state}</StatusPill>
      </div>
      <p className="gb-faint">
        <bdi>{release.by}</bdi> {(release.at ?? release.goes) && <ExactTime at={release.at ?? release.goes ?? ""} />}
        {release.reason && <bdi> · {release.reason}</bdi>}
        {release.state === "live" && release.workers > 0 && <> · {t("releases.on", { on: release.live_on, of: release.workers })}</>}
      </p>
      <ul className="gb-changes">
        {release.items.slice(0, 12).map((one) => (
          <li key={`${one.id} ${one.locale}`}>
            <Link to={addressOfItem(bot.id, one.id, { locale: one.locale })}>
              <code dir="ltr">{one.id}</code>
            </Link>{" "}
            {one.locale}
            {state === "held" && one.held !== "" && (
              <span dir="auto">
                {" "}
                <span className="gb-unseen">{t("releases.why")}: </span>
                {one.held}
              </span>
            )}
          </li>
        ))}
      </ul>
      {now.error && <Banner tone="bad" live>{now.error.message}</Banner>}
      {mayPublish && (state === "live" || waits) && (
        <div className="gb-row">
          {waits && (
            <Button small busy={now.isPending} onClick={() => now.mutate()}>
              {t("releases.now")}
              <span className="gb-unseen"> {name}</span>
            </Button>
          )}
          <Button small onClick={() => setAsking(true)}>
            {t("releases.undo")}
            <span className="gb-unseen"> {name}</span>
          </Button>
        </div>
      )}
      <ConfirmDialog open={asking} title={t("releases.undoTitle", { name })} verb={t("releases.undo")} busy={undo.isPending} onClose={() => setAsking(false)} onConfirm={() => undo.mutate()}>
        <p>{t("releases.undoText", { count: release.items.length })}</p>
        {undo.error && <Banner tone="bad" live>{undo.error.message}</Banner>}
      </ConfirmDialog>
    </Card>
  );
}
