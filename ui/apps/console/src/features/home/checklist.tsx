/** The first steps, found out rather than ticked by hand. The list goes away when all are done, or when it is dismissed. */
import { Button, Link, Section, useBotOrNone, usePreferences } from "@gutenbot/console";
import { CircleCheck, CircleDashed } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Home } from "./api";

export function Checklist({ steps }: { steps: Home["steps"] }): ReactNode {
  const { t } = useTranslation();
  const { t: live } = useTranslation("live");
  const bot = useBotOrNone();
  const [preferences, prefer] = usePreferences();
  const dismissed = preferences.dismissed ?? [];
  if (steps.every((step) => step.done) || dismissed.includes("checklist")) return null;
  const done = steps.filter((step) => step.done).length;
  const places: Partial<Record<string, string>> = { hello: bot ? `/bots/${encodeURIComponent(bot.id)}/people` : "", "second-factor": "/account/security", invite: "/team" };
  return (
    <div className="gb-card">
      <Section
        title={t("home.steps")}
        about={t("home.stepsDone", { done, of: steps.length })}
        actions={
          <Button small intent="quiet" onClick={() => prefer({ dismissed: [...dismissed, "checklist"] })}>
            {t("home.dismiss")}
          </Button>
        }
      >
        <ol className="gb-steps">
          {steps.map((step) => {
            const words = live(`home.step.${step.id}`);
            const to = places[step.id];
            return (
              <li key={step.id} data-done={step.done ? "" : undefined}>
                {step.done ? <CircleCheck size={18} aria-hidden /> : <CircleDashed size={18} aria-hidden />}
                <span className="gb-unseen">{t(step.done ? "home.isDone" : "home.isOpen")}</span>
                {step.done || !to ? <span>{words}</span> : <Link to={to}>{words}</Link>}
              </li>
            );
          })}
        </ol>
      </Section>
    </div>
  );
}
