/** What another order would change, message by message. */
import type { PipelineTrial, PipelineTried } from "@gutenbot/api";
import { Banner, Link, Section, usePermission } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

const OUTCOMES = ["answered", "silent", "dropped", "step", "failed"] as const;

export function Trial({ trial }: { trial: PipelineTrial }): ReactNode {
  const { t, i18n } = useTranslation("pipeline");
  const digits = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  const count = trial.differences.length;
  const mayRead = usePermission("conversations:read");
  return (
    <Section title={t("result.title")} about={t("result.how")}>
      <Banner tone={count > 0 ? "warn" : "good"} live>
        {trial.messages === 0 ? t("result.none") : count === 0 ? t("result.same", { messages: trial.messages }) : t("result.some", { count, messages: trial.messages })}
        {trial.messages > 0 && <div className="gb-faint">{t("result.time", { present: digits.format(trial.present_ms), chosen: digits.format(trial.chosen_ms) })}</div>}
      </Banner>
      <ul className="gb-differences">
        {trial.differences.map((one) => (
          <li key={one.seq}>
            <p className="gb-difference-said">
              <q dir="auto">{one.text}</q>
              {mayRead && <Link to={`/bots/${encodeURIComponent(one.bot)}/conversations/${encodeURIComponent(one.conversation)}`}>{t("result.open")}</Link>}
            </p>
            <div className="gb-difference-pair">
              <Side title={t("result.now")} tried={one.present} />
              <Side title={t("result.then")} tried={one.chosen} />
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Side({ title, tried }: { title: string; tried: PipelineTried }): ReactNode {
  const { t } = useTranslation("pipeline");
  const outcome = OUTCOMES.find((one) => one === tried.outcome) ?? "failed";
  return (
    <div className="gb-card">
      <h3>{title}</h3>
      <p className="gb-faint">{t(`result.outcome.${outcome}`, { name: tried.dropped_by || tried.error, error: tried.error })}</p>
      {tried.said.map((text, index) => (
        <p key={index} dir="auto" className="gb-said">
          {text}
        </p>
      ))}
      {tried.handled_by && <p className="gb-faint">{t("result.by", { name: tried.handled_by })}</p>}
      {tried.intent && <p className="gb-faint">{t("result.intent", { intent: tried.intent })}</p>}
    </div>
  );
}
