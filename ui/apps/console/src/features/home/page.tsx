/** Is it well, and what needs me? */
import { EmptyState, ErrorCard, Link, may, Page, RelativeTime, Section, Skeleton, StatusPill, useApi, useBotOrNone, useSession } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useHealth } from "../../shell/connection";
import { isWell, useModules } from "../modules/page";
import { Checklist } from "./checklist";
import { SendingLock } from "./sending-lock";

export default function HomePage(): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <Page title={t("pages.home")} purpose={t("home.hello", { name: session.account.name })}>
      <SendingLock />
      <Checklist />
      <div className="gb-home">
        <NeedsAttention />
        <HealthPart />
        {may(session, "audit:read") && <Recent />}
      </div>
    </Page>
  );
}

type Item = { id: string; words: string; to: string };

function useAttention(): { items: Item[]; loading: boolean } {
  const { t } = useTranslation();
  const api = useApi();
  const session = useSession();
  const bot = useBotOrNone();
  const modules = useModules(may(session, "modules:read"));
  const failed = useQuery({
    queryKey: ["dead-letters", bot?.id, "count"],
    queryFn: ({ signal }) => api.get("/api/v1/bots/{bot}/dead-letters", { path: { bot: bot?.id ?? "" }, query: { limit: 100 }, signal }),
    enabled: bot !== null && may(session, "dead-letters:read"),
  });
  const items: Item[] = [];
  const count = failed.data?.items.length ?? 0;
  if (bot && count > 0) items.push({ id: "failed", words: t("home.failed", { count, more: failed.data?.next ? "yes" : "no" }), to: `/bots/${encodeURIComponent(bot.id)}/failed-events` });
  for (const module of modules.data ?? []) {
    if (!isWell(module)) items.push({ id: module.name, words: t("home.module", { name: module.name, reason: module.reason || module.state }), to: "/modules" });
  }
  return { items, loading: (modules.isLoading || failed.isLoading) && items.length === 0 };
}

function NeedsAttention(): ReactNode {
  const { t } = useTranslation();
  const { items, loading } = useAttention();
  return (
    <div className="gb-card gb-home-wide">
      <Section title={t("home.attention")}>
        {loading && <Skeleton lines={2} />}
        {!loading && items.length === 0 && <EmptyState kind="first-use" icon={CircleCheck} title={t("home.nothing")} />}
        {items.length > 0 && (
          <ul className="gb-attention">
            {items.map((item) => (
              <li key={item.id}>
                <StatusPill tone="warn">{t("home.look")}</StatusPill>
                <span>
                  <bdi>{item.words}</bdi>
                </span>
                <Link to={item.to}>{t("home.open")}</Link>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}

function HealthPart(): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const health = useHealth();
  const modules = useModules(may(session, "modules:read"));
  return (
    <div className="gb-card">
      <Section title={t("home.health")}>
        <ul className="gb-health">
          <li>
            <span>{t("home.server")}</span>
            {health.isError ? (
              <StatusPill tone="bad">{t("connection.offline")}</StatusPill>
            ) : (
              <StatusPill tone={health.data?.status === "ready" ? "good" : "warn"}>{health.data?.status === "ready" ? t("home.ready") : (health.data?.reasons.join("; ") ?? "…")}</StatusPill>
            )}
          </li>
          {(modules.data ?? []).map((module) => (
            <li key={module.name}>
              <span>{module.name}</span>
              <StatusPill tone={isWell(module) ? "good" : "bad"}>{module.state === "running" ? t("modules.state.running") : module.state}</StatusPill>
            </li>
          ))}
        </ul>
        <p className="gb-faint">
          Gutenbot {session.version} · {t("home.checked")} <RelativeTime at={health.dataUpdatedAt || null} />
        </p>
      </Section>
    </div>
  );
}

const LATEST = 8;

function Recent(): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const recent = useQuery({ queryKey: ["audit", "latest"], queryFn: ({ signal }) => api.get("/api/v1/audit", { query: { limit: LATEST }, signal }) });
  return (
    <div className="gb-card gb-home-all">
      <Section title={t("home.recent")} actions={<Link to="/audit">{t("home.all")}</Link>}>
        {recent.error && <ErrorCard error={recent.error} onRetry={() => void recent.refetch()} />}
        {recent.isPending && <Skeleton />}
        {recent.data?.items.length === 0 && <p className="gb-faint">{t("audit.none")}</p>}
        <ul className="gb-recent">
          {recent.data?.items.map((line) => (
            <li key={line.id}>
              <Link to={`/audit?entry=${encodeURIComponent(line.id)}`}>
                <bdi>{line.what}</bdi>
              </Link>
              <span className="gb-faint">
                {line.actor.name} · <RelativeTime at={line.at} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
