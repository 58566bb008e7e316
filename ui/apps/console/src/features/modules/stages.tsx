/** How far an installation is: its stages, each with a sign and a word for how it stands. */
import type { InstalledModule } from "@gutenbot/api";
import { Check, Circle, CircleDot, X } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useWork } from "./api";

const STAGES = ["verify", "unpack", "load", "migrate", "start"] as const;
type Standing = "done" | "now" | "later" | "failed";
const SIGNS: Readonly<Record<Standing, LucideIcon>> = { done: Check, now: CircleDot, later: Circle, failed: X };

export function Stages({ job, outcome }: { job: string; outcome: InstalledModule | null }): ReactNode {
  const { t } = useTranslation("modules");
  const work = useWork(job);
  const last = work.data?.lines.findLast((line) => line.stage !== "failed")?.stage;
  const isStage = (name: string | undefined) => STAGES.some((one) => one === name);
  const reached = isStage(outcome?.failed) ? outcome?.failed : (last ?? STAGES[0]);
  const at = STAGES.findIndex((one) => one === reached);
  const standing = (place: number): Standing => {
    if (outcome?.ok) return outcome.pending && place > at ? "later" : "done"; // the rest is for the next start
    if (place !== at) return place < at ? "done" : "later";
    return outcome ? "failed" : "now";
  };
  return (
    <ol className="gb-stages">
      {STAGES.map((stage, place) => {
        const how = standing(place);
        const Sign = SIGNS[how];
        return (
          <li key={stage} data-standing={how} aria-current={how === "now" ? "step" : undefined}>
            <Sign size={16} role="img" aria-label={t(`standing.${how}`)} /> {t(`stage.${stage}`)}
          </li>
        );
      })}
    </ol>
  );
}
