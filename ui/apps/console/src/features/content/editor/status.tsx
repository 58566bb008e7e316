/** Where the text stands in this language: live since, draft, review, plan; and how often it is seen. */
import { Button, ExactTime, Facts, RelativeTime, TextAreaField, useBot, usePermission, useWrite } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { KEY, useContent } from "../api";
import { StatePill } from "../states";
import type { Item } from "../types";

export function Status({ item, locale, locked }: { item: Item; locale: string; locked: boolean }): ReactNode {
  const { t } = useTranslation("content");
  const text = item.locales[locale];
  const facts: [string, ReactNode][] = [[t("list.state"), <StatePill key="state" state={text?.state ?? "missing"} />]];
  if (text?.live) facts.push([t("status.live"), <Byline key="live" at={text.live.at} by={text.live.by} />]);
  if (text?.draft) facts.push([t("status.draft"), <Byline key="draft" at={text.draft.at} by={text.draft.by} />]);
  if (text?.default) facts.push([t("status.default"), <code key="default" dir="ltr">{text.default.place}</code>]);
  facts.push([t("list.type"), item.type], [t("list.shown"), item.counts.shown_7d], [t("list.clicked"), item.counts.clicked_7d]);
  const picks = item.uses.filter((one) => one.kind === "collection").length;
  if (picks > 0) facts.push([t("list.picked"), t("list.places", { count: picks })]);
  if (item.tags.length > 0) facts.push([t("status.tags"), item.tags.join(", ")]);
  return (
    <div className="gb-stack">
      {item.description && <p dir="auto">{item.description}</p>}
      <Facts of={facts} />
      {text?.review && <ReviewBox item={item} locale={locale} locked={locked} />}
      {text?.schedule && <Plan item={item} locale={locale} locked={locked} />}
    </div>
  );
}

function Byline({ at, by }: { at: string; by: string }): ReactNode {
  return (
    <span>
      <RelativeTime at={at} /> <bdi className="gb-faint">{by}</bdi>
    </span>
  );
}

function Plan({ item, locale, locked }: { item: Item; locale: string; locked: boolean }): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBot();
  const content = useContent();
  const mayPublish = usePermission("content:publish", { language: locale }) && !locked;
  const plan = item.locales[locale]?.schedule;
  const stop = useWrite({ run: () => content.unschedule(item.id, locale), changes: [KEY.all(bot.id)], done: () => t("schedule.stopped") });
  if (!plan) return null;
  return (
    <section className="gb-box">
      <h3>{t(plan.held === "" ? "schedule.planned" : "schedule.held")}</h3>
      {plan.held !== "" && (
        <>
          <p dir="auto">{plan.held}</p>
          <p className="gb-faint">{t("schedule.heldHint")}</p>
        </>
      )}
      {plan.at && (
        <p>
          {t("schedule.goes")} <ExactTime at={plan.at} />
        </p>
      )}
      {plan.expires && (
        <p>
          {t("schedule.leaves")} <ExactTime at={plan.expires} />
        </p>
      )}
      <p className="gb-faint">{t("schedule.inZone", { zone: plan.zone })}</p>
      {mayPublish && (
        <Button small busy={stop.isPending} onClick={() => stop.mutate()}>
          {t("schedule.stop")}
        </Button>
      )}
    </section>
  );
}

function ReviewBox({ item, locale, locked }: { item: Item; locale: string; locked: boolean }): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBot();
  const content = useContent();
  const mayReview = usePermission("content:review", { language: locale }) && !locked;
  const [words, setWords] = useState("");
  const review = item.locales[locale]?.review;
  const answer = useWrite({
    run: (verb: "approve" | "send-back") => content.review(item.id, locale, { do: verb, ...(words !== "" && { words }) }),
    changes: [KEY.all(bot.id)],
    done: () => t("review.answered"),
    onDone: () => setWords(""),
  });
  if (!review || review.state === "") return null;
  const approved = review.state === "approved";
  return (
    <section className="gb-box">
      <h3>{t(approved ? "review.approved" : review.state === "sent-back" ? "review.sentBack" : "review.waiting")}</h3>
      <p className="gb-faint">
        <bdi>{review.by}</bdi> {review.at && <RelativeTime at={review.at} />}
      </p>
      {mayReview && !approved && (
        <div className="gb-stack">
          <TextAreaField label={t("review.words")} value={words} onChange={setWords} rows={2} />
          <div className="gb-row">
            <Button small intent="primary" busy={answer.isPending} onClick={() => answer.mutate("approve")}>
              {t("review.approve")}
            </Button>
            <Button small busy={answer.isPending} onClick={() => answer.mutate("send-back")}>
              {t("review.sendBack")}
            </Button>
          </div>
        </div>
      )}
    </section>
  );
}
