/** What is wrong, worst first; each leads to its field. */
import { StatusPill } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { partsOf, wordsOf } from "../model/value";
import { readingGrade } from "../model/template";
import type { Problem } from "../types";
import { useEditing } from "./context";
import { focusField } from "./focus";
import { startOf } from "./use-draft";

const ORDER = ["error", "warning", "info"] as const;
const TONES = { error: "bad", warning: "warn", info: "info" } as const;

export function Checks({ problems }: { problems: readonly Problem[] }): ReactNode {
  const { t } = useTranslation("content");
  const sorted = [...problems].sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity));
  return (
    <>
      {sorted.length === 0 && (
        <p>
          <StatusPill tone="good">{t("checks.good")}</StatusPill>
        </p>
      )}
      <ul className="gb-checks-list">
        {sorted.map((one, index) => (
          <li key={index}>
            <StatusPill tone={TONES[one.severity]}>{t(`checks.${one.severity}`)}</StatusPill>
            {one.channel && <span className="gb-faint">{one.channel}</span>}
            <p dir="auto">{one.message}</p>
            {one.hint && (
              <p className="gb-faint" dir="auto">
                {one.hint}
              </p>
            )}
            {one.path !== "" && (
              <button type="button" className="gb-link" onClick={() => focusField(one.path)}>
                {t("checks.show")}
                <span className="gb-unseen"> {one.message}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {!problems.some((one) => one.code === "content.hard-to-read") && <Reading />}
    </>
  );
}

/** How hard it is to read; only English is measured. */
function Reading(): ReactNode {
  const { t } = useTranslation("content");
  const { item, locale } = useEditing();
  if (!/^en\b/.test(locale)) return null;
  const { entries } = partsOf(startOf(item.locales[locale]).value);
  const grade = readingGrade(entries.map((entry) => wordsOf(entry.text)).join(". "));
  return grade === null ? null : <p className="gb-faint">{t(grade > 9 ? "checks.hard" : "checks.easy", { grade: Math.max(1, grade) })}</p>;
}
