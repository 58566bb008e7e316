/** Text of machines: JSON and tracebacks to read, and what changed between two values. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { diffLines } from "./diff";

/** Monospaced text that scrolls inside itself and can be reached by the keyboard. */
export function CodeView({ text, label }: { text: string; label: string }): ReactNode {
  return (
    <pre className="gb-code" dir="ltr" tabIndex={0} role="region" aria-label={label}>
      <code>{text}</code>
    </pre>
  );
}

/** A value as readable JSON. */
export function JsonView({ value, label }: { value: unknown; label: string }): ReactNode {
  return <CodeView text={value === undefined ? "" : JSON.stringify(value, null, 2)} label={label} />;
}

const SIGNS = { same: " ", added: "+", removed: "−" } as const;

/** Two texts, line by line: what went and what came. */
export function DiffView({ before, after, label }: { before: string; after: string; label: string }): ReactNode {
  const { t } = useTranslation("kit");
  const lines = diffLines(before, after);
  if (lines.every((line) => line.kind === "same")) return <p className="gb-faint">{t("diff.same")}</p>;
  return (
    <div className="gb-code gb-diff" dir="ltr" tabIndex={0} role="region" aria-label={label}>
      {lines.map((line, index) => (
        <div key={index} data-kind={line.kind}>
          <span aria-hidden>{SIGNS[line.kind]}</span>
          {line.kind !== "same" && <span className="gb-unseen">{t(`diff.${line.kind}`)}</span>}
          <code>{line.text}</code>
        </div>
      ))}
    </div>
  );
}

/** A sentence from code, where what stands between backticks is code. */
export function Ticked({ text }: { text: string }): ReactNode {
  return text.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
