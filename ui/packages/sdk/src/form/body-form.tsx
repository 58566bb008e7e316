/** A form for something new, or to change something as a whole: all its fields go to the server at once. */
import { useState } from "react";
import type { ReactNode, SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../kit/button";
import { fieldsOf, isShown, mistakeIn } from "./schema";
import type { JsonSchema, Values } from "./schema";
import { SchemaField } from "./schema-field";

export type BodyFormProps = {
  schema: JsonSchema;
  /** What the fields begin with. */
  values?: Values;
  /** What the server said of single fields. */
  errors?: Readonly<Record<string, string>>;
  busy?: boolean;
  /** What the button says. */
  submit?: string;
  /** Titles and help texts in the language of the person. */
  words?: (text: string) => string;
  onSubmit: (values: Values) => void;
};

const same = (text: string) => text;

export function BodyForm({ schema, values = {}, errors = {}, busy, submit, words = same, onSubmit }: BodyFormProps): ReactNode {
  const { t } = useTranslation("kit");
  const [changes, setChanges] = useState<Values>({});
  const [visited, setVisited] = useState<ReadonlySet<string>>(new Set());
  const now = { ...values, ...changes };
  const fields = fieldsOf(schema);
  const shown = fields.filter((field) => !field.schema["x-hidden"] && isShown(field, now, fields));
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    setVisited(new Set(shown.map((field) => field.name)));
    if (shown.some((field) => mistakeIn(field, now[field.name]))) return;
    const known = fields.filter((field) => (field.schema["x-hidden"] === true || shown.includes(field)) && now[field.name] !== undefined);
    onSubmit(Object.fromEntries(known.map((field) => [field.name, now[field.name]])));
  };
  return (
    <form className="gb-form" onSubmit={send} noValidate>
      {shown.map((field) => {
        const mistake = visited.has(field.name) ? mistakeIn(field, now[field.name]) : null;
        return (
          <SchemaField
            key={field.name}
            field={{ ...field, label: words(field.label), help: words(field.help) }}
            value={now[field.name]}
            error={mistake ? t(`form.${mistake.code}`, { limit: mistake.limit ?? 0 }) : errors[field.name]}
            locked={false}
            onChange={(value) => setChanges((before) => ({ ...before, [field.name]: value }))}
            onBlur={() => setVisited((before) => new Set(before).add(field.name))}
          />
        );
      })}
      <div className="gb-actions">
        <Button type="submit" intent="primary" busy={busy ?? false}>
          {submit ?? t("form.save")}
        </Button>
      </div>
    </form>
  );
}
