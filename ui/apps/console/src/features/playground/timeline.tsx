/** How long the parts of a turn took: stages, what is around them, and outside work. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { TurnRecord } from "./record";

const STAGES = ["load", "receive", "understand", "decide", "render"] as const;
type Row = { label: string; ms: number; level: number; start: number; failed?: boolean };

export function Timeline({ record }: { record: TurnRecord }): ReactNode {
  const { t, i18n } = useTranslation("playground");
  const digits = new Intl.NumberFormat(i18n.language, { maximumSignificantDigits: 3 });
  const rows: Row[] = [];
  let at = 0;
  for (const stage of STAGES) {
    const spent = record.stages.find((one) => one.name === stage);
    if (!spent) continue;
    const ms = spent.us / 1000;
    rows.push({ label: t(`inspector.stages.${stage}`), ms, level: 0, start: at });
    for (const wrap of record.wraps.filter((one) => one.stage === stage)) rows.push({ label: t("inspector.wrap", { name: wrap.name }), ms: wrap.us / 1000, level: 1, start: at });
    if (stage === "decide") for (const step of record.steps) rows.push({ label: t("inspector.ownStep", { name: step.name }), ms: step.ms, level: 1, start: at, failed: step.failed });
    at += ms;
  }
  const whole = Math.max(at, 0.001);
  return (
    <ol className="gb-timeline">
      {rows.map((row, index) => (
        <li key={index} data-level={row.level} data-failed={row.failed ? "" : undefined}>
          <span>
            <bdi>{row.label}</bdi>
          </span>
          <span className="gb-timeline-track" aria-hidden>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none">
              <rect x={(row.start / whole) * 100} width={Math.max(0.6, Math.min(100, (row.ms / whole) * 100))} height="8" />
            </svg>
          </span>
          <span className="gb-timeline-ms">{t("ms", { value: digits.format(row.ms) })}</span>
        </li>
      ))}
    </ol>
  );
}
