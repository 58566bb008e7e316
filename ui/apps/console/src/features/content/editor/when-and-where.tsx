/** When a message is said, and on which channels: folded away until somebody needs it, told when it is set. */
import { SelectField, TextField } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { changed, isEntry, kindOf, wordsOf } from "../model/value";
import type { Entry } from "../model/value";
import { useEditing, useProblemAt } from "./context";

const NAMES = ["if", "unless", "on", "each", "typing", "wait"] as const;

export function WhenAndWhere({ entry, path, onChange }: { entry: Entry; path: string; onChange: (entry: Entry) => void }): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const pause = kindOf(entry) === "pause";
  const set = NAMES.filter((name) => name in entry && !(pause && (name === "typing" || name === "wait")));
  const condition = "unless" in entry ? "unless" : "if";
  const wrong = useProblemAt(`${path}.${condition}`);
  const write = (name: string, value: string) => onChange(changed(entry, name, value === "" ? undefined : value));
  const turn = (to: string) => {
    const { [condition]: value, ...others } = entry;
    onChange({ ...others, [to]: value ?? "" });
  };
  return (
    <details className="gb-when" open={wrong !== undefined || undefined}>
      <summary>
        {t("when.label")}
        {set.length > 0 && <span className="gb-faint"> {set.map((name) => summaryOf(entry, name)).join(" · ")}</span>}
      </summary>
      <div className="gb-stack">
        <div className="gb-pair">
          <SelectField label={t("when.said")} value={condition} disabled={locked || wordsOf(entry[condition]) === ""} onChange={turn} options={[{ value: "if", label: t("when.if") }, { value: "unless", label: t("when.unless") }]} />
          <TextField label={t("when.condition")} help={t("when.conditionHelp")} value={wordsOf(entry[condition])} onChange={(value) => write(condition, value)} dir="ltr" error={wrong} disabled={locked} />
        </div>
        {isEntry(entry.on) ? (
          <p className="gb-faint">{t("when.differs", { channels: Object.keys(entry.on).join(", ") })}</p>
        ) : (
          <TextField label={t("when.channels")} help={t("when.channelsHelp")} value={wordsOf(entry.on)} onChange={(value) => write("on", value)} dir="ltr" disabled={locked} />
        )}
        {!pause && <TextField label={t("field.typing")} help={t("field.durationHelp")} value={wordsOf(entry.typing)} onChange={(value) => write("typing", value)} dir="ltr" disabled={locked} />}
        {"each" in entry && <p className="gb-faint">{t("cards.each", { list: wordsOf(entry.each) })}</p>}
      </div>
    </details>
  );
}

function summaryOf(entry: Entry, name: string): string {
  const value = entry[name];
  return `${name}: ${isEntry(value) ? Object.keys(value).join("+") : wordsOf(value)}`;
}
