/** One field of a form from a JSON Schema. */
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../kit/button";
import { Ticked } from "../kit/code";
import { CheckField, NumberField, PasswordField, SelectField, TextAreaField, TextField } from "../kit/fields";
import type { Field } from "./schema";

type Props = { field: Field; value: unknown; error: string | undefined; locked: boolean; onChange: (value: unknown) => void; onBlur: () => void };

/** Units that are said in the person's language; others as the schema has them. */
const UNITS = ["bytes", "milliseconds", "seconds", "minutes", "hours", "days"] as const;

export function SchemaField({ field, value, error, locked, onChange, onBlur }: Props): ReactNode {
  const { t } = useTranslation("kit");
  const { schema, kind } = field;
  const unit = UNITS.find((one) => one === schema["x-unit"]);
  const common = { label: field.label, name: field.name, help: field.help ? <bdi><Ticked text={field.help} /></bdi> : undefined, error, required: field.required, disabled: locked, onBlur };
  const placeholder = schema.default === undefined || schema.default === null ? undefined : textOf(schema.default);
  switch (kind) {
    case "check":
      return <CheckField {...common} value={Boolean(value ?? schema.default)} onChange={onChange} />;
    case "number":
      return (
        <NumberField
          {...common}
          value={typeof value === "number" ? value : null}
          unit={unit ? t(`form.unit.${unit}`) : schema["x-unit"]}
          min={schema.minimum}
          max={schema.maximum}
          step={schema.type === "integer" ? 1 : "any"}
          placeholder={placeholder}
          onChange={onChange}
        />
      );
    case "choice":
      return <ChoiceField {...common} field={field} value={value} onChange={onChange} />;
    case "secret":
      return <SecretField {...common} set={value !== null && value !== undefined && value !== ""} written={typeof value === "string" ? value : ""} onChange={onChange} />;
    case "list":
      return <TextAreaField {...common} value={Array.isArray(value) ? value.join("\n") : ""} rows={2} onChange={(text) => onChange(text === "" ? [] : text.split("\n"))} />;
    case "long":
      return <TextAreaField {...common} value={typeof value === "string" ? value : ""} placeholder={placeholder} onChange={onChange} />;
    case "json":
      return <JsonField {...common} value={value} onChange={onChange} />;
    case "text":
      return <TextField {...common} value={typeof value === "string" ? value : ""} placeholder={placeholder} onChange={(text) => onChange(text === "" && field.nullable ? null : text)} />;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

type FieldProps = Omit<Parameters<typeof TextField>[0], "value" | "onChange" | "ref">;

function ChoiceField({ field, value, onChange, ...common }: FieldProps & { field: Field; value: unknown; onChange: (value: unknown) => void }): ReactNode {
  const values = field.schema.enum ?? [];
  const options = values.map((one) => ({ value: String(one), label: field.schema["x-labels"]?.[String(one)] ?? String(one) }));
  const known = value ?? field.schema.default;
  const empty = known === undefined || known === null || field.nullable ? [{ value: "", label: "–" }] : [];
  const pick = (text: string) => onChange(values.find((one) => String(one) === text) ?? null);
  const { label, name, help, error, required, disabled, onBlur } = common;
  const given = { label, help, error, required: required ?? false, disabled: disabled ?? false, ...(name === undefined ? {} : { name }), ...(onBlur === undefined ? {} : { onBlur }) };
  return <SelectField {...given} options={[...empty, ...options]} value={known === undefined || known === null ? "" : textOf(known)} onChange={pick} />;
}

/** A secret is written, never read: it says that there is one, and takes another. */
function SecretField({ set, written, onChange, ...common }: FieldProps & { set: boolean; written: string; onChange: (value: unknown) => void }): ReactNode {
  const { t } = useTranslation("kit");
  const [replacing, setReplacing] = useState(!set);
  if (!replacing) {
    return (
      <div className="gb-field">
        <span className="gb-field-label">{common.label}</span>
        {common.help && <span className="gb-field-help">{common.help}</span>}
        <span className="gb-secret">
          <span aria-hidden>••••••••</span> {t("form.secretSet")}
          {!common.disabled && (
            <Button small onClick={() => setReplacing(true)}>
              {t("form.replace")}
            </Button>
          )}
        </span>
      </div>
    );
  }
  return <PasswordField {...common} autoComplete="off" showLabel={t("form.show")} value={written} onChange={onChange} />;
}

/** What has no form of its own is written as JSON; it counts once it can be read. */
function JsonField({ value, onChange, error, ...common }: FieldProps & { value: unknown; onChange: (value: unknown) => void }): ReactNode {
  const { t } = useTranslation("kit");
  const [text, setText] = useState(() => (value === undefined ? "" : JSON.stringify(value, null, 2)));
  const [wrong, setWrong] = useState(false);
  const write = (next: string) => {
    setText(next);
    try {
      onChange(next.trim() === "" ? null : (JSON.parse(next) as unknown));
      setWrong(false);
    } catch {
      setWrong(true);
    }
  };
  return <TextAreaField {...common} value={text} error={wrong ? t("form.json") : error} rows={4} onChange={write} />;
}
