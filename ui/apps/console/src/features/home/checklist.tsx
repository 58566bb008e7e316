/** The first steps, found out rather than ticked by hand. The list goes away when all are done, or when it is dismissed. */
import { Button, Link, may, Section, useApi, useBotOrNone, usePreferences, useSession } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleDashed } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

type StepId = "hello" | "second" | "invite";
type Step = { id: StepId; done: boolean; to: string };

function useSteps(): Step[] | null {
  const api = useApi();
  const session = useSession();
  const bot = useBotOrNone();
  const mayTalk = bot !== null && may(session, "users:read");
  const mayTeam = may(session, "accounts:write");
  const users = useQuery({ queryKey: ["users", bot?.id, "any"], queryFn: ({ signal }) => api.get("/api/v1/bots/{bot}/users", { path: { bot: bot?.id ?? "" }, query: { limit: 1 }, signal }), enabled: mayTalk });
  const team = useQuery({ queryKey: ["accounts", "any"], queryFn: ({ signal }) => api.get("/api/v1/accounts", { query: { limit: 2 }, signal }), enabled: mayTeam });
  if ((mayTalk && !users.data) || (mayTeam && !team.data)) return null;
  const steps: Step[] = [];
  if (mayTalk) steps.push({ id: "hello", done: (users.data?.items.length ?? 0) > 0, to: `/bots/${encodeURIComponent(bot.id)}/people` });
  if (session.account.email !== "") steps.push({ id: "second", done: session.account.two_factor, to: "/account/security" });
  if (mayTeam) steps.push({ id: "invite", done: (team.data?.items.length ?? 0) > 1, to: "/team" });
  return steps;
}

export function Checklist(): ReactNode {
  const { t } = useTranslation();
  const steps = useSteps();
  const [preferences, prefer] = usePreferences();
  const dismissed = preferences.dismissed ?? [];
  if (steps === null || steps.every((step) => step.done) || dismissed.includes("checklist")) return null;
  const done = steps.filter((step) => step.done).length;
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
          {steps.map((step) => (
            <li key={step.id} data-done={step.done ? "" : undefined}>
              {step.done ? <CircleCheck size={18} aria-hidden /> : <CircleDashed size={18} aria-hidden />}
              <span className="gb-unseen">{t(step.done ? "home.isDone" : "home.isOpen")}</span>
              {step.done ? <span>{t(`home.step.${step.id}`)}</span> : <Link to={step.to}>{t(`home.step.${step.id}`)}</Link>}
            </li>
          ))}
        </ol>
      </Section>
    </div>
  );
}
