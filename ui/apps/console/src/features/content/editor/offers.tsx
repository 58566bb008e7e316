/** Offered answers and buttons: rows that are added, moved and taken away. */
import { Button, IconButton, SelectField, TextField } from "@gutenbot/console";
import { ArrowUp, Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { BUTTON_KINDS, buttonsOf, choicesName, choicesOf, withChoices, writtenButtons } from "../model/offers";
import type { ButtonKind, ButtonRow, Choice } from "../model/offers";
import { moved, replaced } from "../model/value";
import type { Json } from "../types";
import type { PartProps } from "./bubble-body";
import { useEditing, useProblemAt } from "./context";
import { WordsField } from "./words-field";

/** The answers that a message offers. */
export function Choices({ entry, path, onChange }: PartProps): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const rows = choicesOf(entry);
  const name = choicesName(entry);
  const write = (next: readonly Choice[]) => onChange(withChoices(entry, next));
  return (
    <fieldset className="gb-rows" data-path={`${path}.${name}`}>
      <legend>{t("offers.choices")}</legend>
      {rows.map((row, index) => (
        <div key={index} className="gb-offer">
          <WordsField line label={t("offers.choice", { n: index + 1 })} path={`${path}.${name}.${index}`} value={row.title} onChange={(title) => write(replaced(rows, index, { ...row, title }))} required />
          <TextField label={t("offers.payload")} value={row.payload} onChange={(payload) => write(replaced(rows, index, { ...row, payload }))} dir="ltr" disabled={locked} />
          {!locked && <RowTools label={row.title || String(index + 1)} first={index === 0} onUp={() => write(moved(rows, index, index - 1))} onRemove={() => write(rows.filter((_, at) => at !== index))} />}
        </div>
      ))}
      {!locked && (
        <Button small intent="quiet" icon={Plus} onClick={() => write([...rows, { title: "", payload: "", image: "", rest: {} }])}>
          {t("offers.addChoice")}
        </Button>
      )}
    </fieldset>
  );
}

/** The buttons of a message or a card. */
export function Buttons({ node, path, onChange }: { node: Json | undefined; path: string; onChange: (node: Json | undefined) => void }): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const rows = buttonsOf(node);
  const write = (next: readonly ButtonRow[]) => onChange(next.length === 0 ? undefined : writtenButtons(next));
  return (
    <fieldset className="gb-rows" data-path={path}>
      <legend>{t("offers.buttons")}</legend>
      {rows.map((row, index) => (
        <OneButton key={index} row={row} index={index} path={`${path}.${index}`} onChange={(next) => write(replaced(rows, index, next))} onUp={() => write(moved(rows, index, index - 1))} onRemove={() => write(rows.filter((_, at) => at !== index))} />
      ))}
      {!locked && (
        <Button small intent="quiet" icon={Plus} onClick={() => write([...rows, { title: "", kind: "postback", value: "", rest: {} }])}>
          {t("offers.addButton")}
        </Button>
      )}
    </fieldset>
  );
}

type OneButtonProps = { row: ButtonRow; index: number; path: string; onChange: (row: ButtonRow) => void; onUp: () => void; onRemove: () => void };

function OneButton({ row, index, path, onChange, onUp, onRemove }: OneButtonProps): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const problem = useProblemAt(`${path}.${row.kind}`);
  return (
    <div className="gb-offer">
      <WordsField line label={t("offers.button", { n: index + 1 })} path={path} value={row.title} onChange={(title) => onChange({ ...row, title })} required />
      <SelectField label={t("offers.does")} value={row.kind} disabled={locked} onChange={(kind) => onChange({ ...row, kind: kind as ButtonKind })} options={BUTTON_KINDS.map((value) => ({ value, label: t(`offers.kind.${value}`) }))} />
      <TextField label={t(`offers.value.${row.kind}`)} value={row.value} onChange={(value) => onChange({ ...row, value })} dir="ltr" disabled={locked} error={problem} />
      {!locked && <RowTools label={row.title || String(index + 1)} first={index === 0} onUp={onUp} onRemove={onRemove} />}
    </div>
  );
}

/** Moving up and taking away, for a row. */
export function RowTools({ label, first, onUp, onRemove }: { label: string; first: boolean; onUp: () => void; onRemove: () => void }): ReactNode {
  const { t } = useTranslation("content");
  return (
    <span className="gb-bubble-tools">
      <IconButton icon={ArrowUp} label={t("offers.up", { what: label })} disabled={first} onClick={onUp} />
      <IconButton icon={Trash2} label={t("offers.remove", { what: label })} onClick={onRemove} />
    </span>
  );
}
