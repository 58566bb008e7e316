/** A turn, explained: what matched and what did not and why, how long it took, what it changed, what it said. */
import type { TurnDetails } from "@gutenbot/api";
import { Banner, DiffView, ErrorCard, JsonView, SegmentedField, Skeleton, StatusPill, useApi } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { wordsOf } from "../people/entry-words";
import { recordOf } from "./record";
import type { TurnRecord } from "./record";
import "./playground.css";
import { Timeline } from "./timeline";

const TABS = ["story", "timeline", "state", "messages", "raw"] as const;
type Tab = (typeof TABS)[number];

export function Inspector({ bot, seq }: { bot: string; seq: number }): ReactNode {
  const { t } = useTranslation("playground");
  const api = useApi();
  const [tab, setTab] = useState<Tab>("story");
  const query = useQuery({
    queryKey: ["turns", bot, seq],
    queryFn: ({ signal }) => api.get("/api/v1/bots/{bot}/turns/{seq}/details", { path: { bot, seq }, signal }),
    refetchInterval: ({ state }) => (state.data?.state === "open" ? 500 : false),
  });
  if (query.error) return <ErrorCard error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton lines={6} />;
  const turn = query.data;
  const record = recordOf(turn.trace);
  return (
    <section className="gb-inspector" aria-label={t("inspector.label")}>
      <SegmentedField label={t("inspector.tabs")} value={tab} onChange={setTab} options={TABS.map((value) => ({ value, label: t(`inspector.${value}`) }))} />
      {tab === "story" && <Story turn={turn} record={record} />}
      {tab === "timeline" && <Timeline record={record} />}
      {tab === "state" && <State record={record} />}
      {tab === "messages" && <Messages turn={turn} />}
      {tab === "raw" && <JsonView value={turn} label={t("inspector.record")} />}
    </section>
  );
}

const STATES = ["done", "ignored", "dead", "open"] as const;

function Story({ turn, record }: { turn: TurnDetails; record: TurnRecord }): ReactNode {
  const { t, i18n } = useTranslation("playground");
  const digits = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 2 });
  const said = wordsOf(turn.event);
  const kind = typeof turn.event.type === "string" ? turn.event.type : "";
  const state = STATES.find((one) => one === turn.state) ?? "open";
  const stopper = turn.state === "ignored" ? record.wraps.findLast((one) => !one.calledOn) : undefined;
  const intents = Object.entries(record.intents).map(([name, sure]) => `${name} ${digits.format(sure)}`);
  const lines = [
    kind === "timer" ? t("inspector.event.timer") : said.text ? t(kind === "payload" ? "inspector.event.tapped" : "inspector.event.said", { text: said.text }) : t("inspector.event.other", { kind }),
    intents.length > 0 && t("inspector.understood", { intents: intents.join(", ") }),
    stopper && t("inspector.dropped", { name: stopper.name }),
    turn.by ? t("inspector.by", { name: turn.by }) : !stopper && !turn.error && t("inspector.byNobody"),
    ...record.steps.map((one) => t(one.failed ? "inspector.stepFailed" : "inspector.step", { name: one.name, ms: digits.format(one.ms) })),
    record.changed.length > 0 && t("inspector.changed", { names: record.changed.join(", ") }),
    t("inspector.said", { count: turn.messages.length }),
    record.unused.length > 0 && t("inspector.unused", { names: record.unused.join(", ") }),
  ];
  return (
    <>
      <p className="gb-row">
        <StatusPill tone={state === "dead" ? "bad" : state === "done" ? "good" : "calm"}>{t(`inspector.states.${state}`)}</StatusPill>
        <span className="gb-faint">{t("inspector.took", { ms: digits.format(turn.ms) })}</span>
      </p>
      <ol className="gb-story">
        {lines.map((line, index) => line && <li key={index}><bdi>{line}</bdi></li>)}
      </ol>
      {turn.handler && (
        <p>
          {t("inspector.at")} <code dir="ltr">{turn.handler}</code>
        </p>
      )}
      {record.warnings.map((text) => (
        <Banner key={text} tone="warn">
          {t("inspector.warning", { text })}
        </Banner>
      ))}
      {turn.error && (
        <Banner tone="bad" title={t("inspector.error")}>
          <span className="gb-inspector-error" dir="ltr">
            {turn.error}
          </span>
          {turn.where && !turn.error.includes(turn.where) && <code dir="ltr">{turn.where}</code>}
        </Banner>
      )}
      <Tried turn={turn} />
    </>
  );
}

function Tried({ turn }: { turn: TurnDetails }): ReactNode {
  const { t } = useTranslation("playground");
  if (turn.tried.length === 0) return null;
  return (
    <>
      <h3>{t("inspector.tried")}</h3>
      {turn.tried_now && <p className="gb-faint">{t("inspector.triedNow")}</p>}
      <ol className="gb-tried">
        {turn.tried.map((one, index) => (
          <li key={index} data-matched={one.matched ? "" : undefined}>
            {one.matched ? <Check size={16} aria-hidden /> : <X size={16} aria-hidden />}
            <span>
              <span className="gb-unseen">{t(one.matched ? "inspector.matched" : "inspector.notMatched")} </span>
              <strong>
                <bdi>{one.name}</bdi>
              </strong>{" "}
              <bdi className="gb-faint">{one.condition}</bdi>
              <br />
              <bdi>{one.why}</bdi>
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}

function State({ record }: { record: TurnRecord }): ReactNode {
  const { t } = useTranslation("playground");
  if (record.state === null) return <p>{t("inspector.noState", { names: record.changed.join(", ") || t("inspector.nothing") })}</p>;
  return <DiffView before={readable(record.state.before)} after={readable(record.state.after)} label={t("inspector.stateChange")} />;
}

function readable(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function Messages({ turn }: { turn: TurnDetails }): ReactNode {
  const { t } = useTranslation("playground");
  if (turn.messages.length === 0) return <p className="gb-faint">{t("inspector.noMessages")}</p>;
  return (
    <ol className="gb-thread">
      {turn.messages.map((message, index) => (
        <li key={index} className="gb-bubble" data-author="bot">
          <p dir="auto" className="gb-said">
            {wordsOf(message).text}
          </p>
          <JsonView value={message} label={t("inspector.messages")} />
        </li>
      ))}
    </ol>
  );
}
