/** A form from a JSON Schema: settings of modules and channels, without a line of code by their author. */
import { Lock } from "lucide-react";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../kit/button";
import { Banner } from "../kit/feedback";
import { SchemaField } from "./schema-field";
import { fieldsOf, isShown, mistakeIn } from "./schema";
import type { Field, JsonSchema, Values } from "./schema";

/** Where a value comes from. What the environment or a file sets cannot be changed here. */
export type ValueSource = { place: "environment" | "file" | "console" | "default"; name?: string };

export type SchemaFormProps = {
  schema: JsonSchema;
  values: Values;
  sources?: Readonly<Record<string, ValueSource>>;
  /** What the server said of single fields. */
  errors?: Readonly<Record<string, string>>;
  busy?: boolean;
  disabled?: boolean;
  /** What was set here can be taken back to what it is without that. */
  resettable?: boolean;
  /** Stands before the buttons; gets what was changed and is not saved yet. */
  extra?: (changes: Values) => ReactNode;
  /** Gets only what was changed; null takes a value back to its default. */
  onSave: (changes: Values) => void;
};

/** Shows what will change before it is saved, and can take it back. */
export function SchemaForm({ schema, values, sources = {}, errors = {}, busy, disabled, resettable, extra, onSave }: SchemaFormProps): ReactNode {
  const { t } = useTranslation("kit");
  const [changes, setChanges] = useState<Record<string, unknown>>({});
  const [visited, setVisited] = useState<ReadonlySet<string>>(new Set());
  const now = { ...values, ...changes };
  const fields = fieldsOf(schema);
  const shown = fields.filter((field) => isShown(field, now, fields));
  const sections = [...new Set(shown.map((field) => field.section))];
  const mistakes = Object.fromEntries(shown.map((field) => [field.name, mistakeIn(field, now[field.name])]));
  const changed = Object.keys(changes);
  const wordsOf = (field: Field) => {
    const mistake = mistakes[field.name];
    return mistake && visited.has(field.name) ? t(`form.${mistake.code}`, { limit: mistake.limit ?? 0 }) : errors[field.name];
  };
  const change = (name: string, value: unknown) =>
    setChanges((before) => {
      const { [name]: _, ...others } = before;
      return Object.is(value, values[name]) ? others : { ...others, [name]: value };
    });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setVisited(new Set(shown.map((field) => field.name)));
    if (shown.some((field) => mistakes[field.name]) || changed.length === 0) return;
    onSave(changes);
  };
  return (
    <form className="gb-form" onSubmit={submit} noValidate>
      {sections.map((section) => (
        <fieldset key={section} disabled={disabled ?? false}>
          {section && <legend>{section}</legend>}
          {shown
            .filter((field) => field.section === section)
            .map((field) => (
              <div key={field.name} className="gb-form-line">
                <SchemaField
                  field={field}
                  value={now[field.name]}
                  error={wordsOf(field)}
                  locked={lockedBy(sources[field.name])}
                  onChange={(value) => change(field.name, value)}
                  onBlur={() => setVisited((before) => new Set(before).add(field.name))}
                />
                <SourceLine source={sources[field.name]} field={field.label} onReset={resettable && !disabled ? () => change(field.name, null) : undefined} />
              </div>
            ))}
        </fieldset>
      ))}
      {changed.length > 0 && (
        <Banner tone="info" title={t("form.changes")}>
          <ul className="gb-changes">
            {shown
              .filter((field) => changed.includes(field.name))
              .map((field) => (
                <li key={field.name}>
                  {field.label}: <s dir="auto">{valueWords(field, values[field.name], t)}</s> → <strong dir="auto">{valueWords(field, now[field.name], t)}</strong>
                </li>
              ))}
          </ul>
        </Banner>
      )}
      {extra?.(changes)}
      {!disabled && (
        <div className="gb-actions">
          <Button disabled={changed.length === 0} onClick={() => setChanges({})}>
            {t("form.revert")}
          </Button>
          <Button type="submit" intent="primary" busy={busy ?? false} disabled={changed.length === 0}>
            {t("form.save")}
          </Button>
        </div>
      )}
    </form>
  );
}

function lockedBy(source: ValueSource | undefined): boolean {
  return source?.place === "environment" || source?.place === "file";
}

function SourceLine({ source, field, onReset }: { source: ValueSource | undefined; field: string; onReset: (() => void) | undefined }): ReactNode {
  const { t } = useTranslation("kit");
  if (source === undefined || source.place === "default") return null;
  return (
    <span className="gb-form-source">
      {lockedBy(source) && <Lock size={12} aria-hidden />}
      {t(`form.source.${source.place}`, { name: source.name ?? "" })}
      {source.place === "console" && onReset && (
        <Button small intent="quiet" onClick={onReset}>
          {t("form.reset")}
          <span className="gb-unseen"> {field}</span>
        </Button>
      )}
    </span>
  );
}

function valueWords(field: Field, value: unknown, t: (key: "form.secret" | "form.none" | "form.yes" | "form.no") => string): string {
  if (field.kind === "secret") return t("form.secret");
  const known = value ?? field.schema.default;
  if (known === null || known === undefined || known === "") return t("form.none");
  if (typeof known === "boolean") return t(known ? "form.yes" : "form.no");
  return typeof known === "string" || typeof known === "number" ? String(known) : JSON.stringify(known);
}
