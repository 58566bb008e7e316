/** A form that users fill in: its fields, their labels and kinds. */
import { Button, CheckField, SelectField, TextField } from "@gutenbot/console";
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { changed, isEntry, listOf, moved, replaced, wordsOf } from "../model/value";
import type { Entry } from "../model/value";
import type { Json } from "../types";
import { useEditing } from "./context";
import { RowTools } from "./offers";
import { WordsField } from "./words-field";

const KINDS = ["text", "textarea", "number", "email", "phone", "date", "time", "select", "checkbox", "password"] as const;

export function FormFields({ form, path, onChange }: { form: Entry; path: string; onChange: (form: Entry) => void }): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const fields = listOf(form.fields).map((one): Entry => (isEntry(one) ? one : { name: wordsOf(one) }));
  const set = (name: string, value: Json | undefined) => onChange(changed(form, name, value));
  const write = (next: readonly Entry[]) => set("fields", next);
  return (
    <div className="gb-stack">
      <WordsField line label={t("field.title")} path={`${path}.title`} value={wordsOf(form.title)} onChange={(value) => set("title", value)} />
      {fields.map((field, index) => (
        <fieldset key={index} className="gb-rows gb-one-card" data-path={`${path}.fields.${index}`}>
          <legend>{t("formFields.field", { n: index + 1 })}</legend>
          <FieldRow field={field} path={`${path}.fields.${index}`} onChange={(next) => write(replaced(fields, index, next))} />
          {!locked && <RowTools label={wordsOf(field.label) || String(index + 1)} first={index === 0} onUp={() => write(moved(fields, index, index - 1))} onRemove={() => write(fields.filter((_, at) => at !== index))} />}
        </fieldset>
      ))}
      {!locked && (
        <div>
          <Button small icon={Plus} onClick={() => write([...fields, { name: `field${fields.length + 1}`, label: "" }])}>
            {t("formFields.add")}
          </Button>
        </div>
      )}
      <WordsField line label={t("field.submit")} path={`${path}.submit`} value={wordsOf(form.submit)} onChange={(value) => set("submit", value === "" ? undefined : value)} />
    </div>
  );
}

function FieldRow({ field, path, onChange }: { field: Entry; path: string; onChange: (field: Entry) => void }): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const set = (name: string, value: Json | undefined) => onChange(changed(field, name, value));
  const kind = wordsOf(field.kind) || "text";
  const options = listOf(field.options);
  const plain = options.every((one) => typeof one === "string");
  return (
    <div className="gb-stack">
      <WordsField line label={t("formFields.label")} path={`${path}.label`} value={wordsOf(field.label)} onChange={(value) => set("label", value)} required />
      <div className="gb-pair">
        <TextField label={t("formFields.name")} help={t("formFields.nameHelp")} value={wordsOf(field.name)} onChange={(value) => set("name", value)} dir="ltr" disabled={locked} required />
        <SelectField label={t("formFields.kind")} value={kind} disabled={locked} onChange={(value) => set("kind", value)} options={KINDS.map((value) => ({ value, label: t(`formFields.kinds.${value}`) }))} />
      </div>
      {kind === "select" && plain && <WordsField label={t("formFields.options")} help={t("formFields.optionsHelp")} path={`${path}.options`} value={options.join("\n")} onChange={(value) => set("options", value.split("\n"))} />}
      <CheckField label={t("formFields.required")} value={field.required !== false} disabled={locked} onChange={(value) => set("required", value ? undefined : false)} />
    </div>
  );
}
