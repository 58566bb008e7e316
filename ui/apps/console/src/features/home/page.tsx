/** Is it well, and what needs me? One request, then the live connection. */
import { Button, EmptyState, ErrorCard, Link, Page, RelativeTime, Section, Skeleton, StatusPill, useApi, useBotOrNone, usePermission, useSession, useWrite } from "@gutenbot/console";
import type { Tone } from "@gutenbot/console";
import { CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import "../live/live.css";
import { useAuditWords } from "../audit/sentences";
import { calledBy } from "../people/entry-words";
import { useHome } from "./api";
import type { Home } from "./api";
import { Checklist } from "./checklist";
import { SendingLock } from "./sending-lock";

export default function HomePage(): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const home = useHome();
  return (
    <Page title={t("pages.home")} purpose={t("home.hello", { name: session.account.name })}>
      <SendingLock />
      {home.error && <ErrorCard error={home.error} onRetry={() => void home.refetch()} asOf={home.dataUpdatedAt} />}
      {home.isPending && <Skeleton lines={6} />}
      {home.data && <Parts home={home.data} />}
    </Page>
  );
}

function Parts({ home }: { home: Home }): ReactNode {
  return (
    <>
      <Checklist steps={home.steps} />
      <div className="gb-home">
        <NeedsAttention items={home.attention} />
        <HealthPart home={home} />
        {home.now && <Now now={home.now} />}
        {home.recent && <Recent lines={home.recent} />}
        <Coming items={home.coming} />
      </div>
    </>
  );
}

function NeedsAttention({ items }: { items: Home["attention"] }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="gb-card gb-home-wide">
      <Section title={t("home.attention")}>
        {items.length === 0 && <EmptyState kind="first-use" icon={CircleCheck} title={t("home.nothing")} />}
        {items.length > 0 && (
          <ul className="gb-attention">
            {items.map((item) => (
              <li key={`${item.kind} ${item.name}`}>
                <StatusPill tone="warn">{t("home.look")}</StatusPill>
                <Words item={item} />
                <Link to={item.link}>{t("home.open")}</Link>
                {item.wrap && <SwitchOn at={item.wrap} />}
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}

function Words({ item }: { item: Home["attention"][number] }): ReactNode {
  const { t } = useTranslation("live");
  const { kind, name, reason, count, people } = item;
  const words = kind === "dead-letters" ? t("home.dead", { count, people }) : kind === "review" ? t("home.review", { count }) : t(`home.${kind}`, { name, reason });
  return (
    <span>
      <bdi>{words}</bdi>
    </span>
  );
}

/** A step that failed is given another chance. */
function SwitchOn({ at }: { at: NonNullable<Home["attention"][number]["wrap"]> }): ReactNode {
  const { t } = useTranslation("live");
  const api = useApi();
  const mayWrite = usePermission("modules:write");
  const on = useWrite({
    run: (_: void, key) => api.put("/api/v1/modules/{module}/wraps/{stage}/{wrap}", { path: at, body: { on: true }, idempotencyKey: key }),
    changes: [["home"], ["modules"], ["pipeline"]],
    done: () => t("home.switchedOn", { name: at.wrap }),
  });
  if (!mayWrite) return null;
  return (
    <Button small busy={on.isPending} onClick={() => on.mutate()}>
      {t("home.switchOn")}
      <span className="gb-unseen">: {at.wrap}</span>
    </Button>
  );
}

const KNOWN = ["process", "database", "disk", "lease", "backlog", "turns", "modules", "sending"] as const;
const TONES: Record<Home["health"]["status"], Tone> = { ok: "good", degraded: "warn", down: "bad" };

function HealthPart({ home }: { home: Home }): ReactNode {
  const { t } = useTranslation();
  const { t: live } = useTranslation("live");
  const nameOf = (name: string) => {
    const [kind = "", ...rest] = name.split(" ");
    if (kind === "channel" || kind === "service") return live(`home.component.${kind}`, { name: rest.join(" ") });
    const known = KNOWN.find((one) => one === name);
    return known ? live(`home.component.${known}`) : name;
  };
  return (
    <div className="gb-card gb-home-tall">
      <Section title={t("home.health")}>
        <ul className="gb-health">
          {home.health.components.map((one) => (
            <li key={one.name} title={one.detail}>
              <bdi>{nameOf(one.name)}</bdi>
              <StatusPill tone={TONES[one.status]}>{one.reason || live(`home.health.${one.status}`)}</StatusPill>
            </li>
          ))}
        </ul>
        <p className="gb-faint">{live("home.version", { version: home.version })}</p>
      </Section>
    </div>
  );
}

function Now({ now }: { now: NonNullable<Home["now"]> }): ReactNode {
  const { t } = useTranslation("live");
  const { t: common } = useTranslation();
  const bot = useBotOrNone();
  return (
    <div className="gb-card gb-home-wide">
      <Section title={t("home.now")} about={t("home.nowNumbers", { conversations: now.conversations, waiting: now.waiting, rate: now.events_per_minute })}>
        <ul className="gb-talk">
          {now.items.map((one) => (
            <li key={one.id}>
              <Link to={`/bots/${encodeURIComponent(bot?.id ?? "")}/conversations/${encodeURIComponent(one.id)}`}>
                <bdi>{calledBy(one.title) || common("people.untitled")}</bdi>
              </Link>
              <span className="gb-faint">{one.channel}</span>
              {one.mode === "human" && <StatusPill tone="human">{t("home.waits")}</StatusPill>}
              <span className="gb-faint">
                <RelativeTime at={one.updated} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

function Coming({ items }: { items: Home["coming"] }): ReactNode {
  const { t } = useTranslation("live");
  return (
    <div className="gb-card">
      <Section title={t("home.coming")}>
        {items.length === 0 && <p className="gb-faint">{t("home.noComing")}</p>}
        <ul className="gb-talk">
          {items.map((one) => (
            <li key={`${one.kind} ${one.name}`}>
              <bdi>{one.name}</bdi>
              <span className="gb-faint">
                {t(`home.plan.${one.kind}`)} · <RelativeTime at={one.at} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}

function Recent({ lines }: { lines: NonNullable<Home["recent"]> }): ReactNode {
  const { t } = useTranslation();
  const words = useAuditWords();
  return (
    <div className="gb-card gb-home-wide">
      <Section title={t("home.recent")} actions={<Link to="/audit">{t("home.all")}</Link>}>
        {lines.length === 0 && <p className="gb-faint">{t("audit.none")}</p>}
        <ul className="gb-recent">
          {lines.map((line) => (
            <li key={line.id}>
              <Link to={`/audit?entry=${encodeURIComponent(line.id)}`}>
                <bdi>{words(line)}</bdi>
              </Link>
              <span className="gb-faint">
                <bdi>{line.actor.name}</bdi> · <RelativeTime at={line.at} />
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
