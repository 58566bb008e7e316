/** The form of an item whose type a bot or a module declares: its fields come from the type's JSON Schema. */
import { Button, fieldsOf, isShown, mistakeIn, SchemaField } from "@gutenbot/console";
import type { Field, JsonSchema } from "@gutenbot/console";
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { changed, isEntry, listOf, moved, replaced, wordsOf } from "../model/value";
import type { Entry } from "../model/value";
import type { Json } from "../types";
import { useEditing, useProblemAt } from "./context";
import { RowTools } from "./offers";
import { WordsField } from "./words-field";

export function TypedForm({ schema, value, onChange }: { schema: JsonSchema; value: Entry; onChange: (value: Entry) => void }): ReactNode {
  return (
    <div className="gb-stack gb-typed">
      <Fields schema={schema} value={value} path="" onChange={onChange} />
    </div>
  );
}

function Fields({ schema, value, path, onChange }: { schema: JsonSchema; value: Entry; path: string; onChange: (value: Entry) => void }): ReactNode {
  const fields = fieldsOf(schema).filter((field) => field.name !== "type");
  const below = (name: string) => (path === "" ? name : `${path}.${name}`);
  return fields.filter((field) => isShown(field, value, fields)).map((field) => <OneField key={field.name} field={field} root={schema.$defs ?? {}} value={value[field.name]} path={below(field.name)} onChange={(next) => onChange(changed(value, field.name, next))} />);
}

type OneFieldProps = { field: Field; root: Record<string, JsonSchema>; value: Json | undefined; path: string; onChange: (value: Json | undefined) => void };

function OneField({ field, root, value, path, onChange }: OneFieldProps): ReactNode {
  const { t } = useTranslation("kit");
  const { locked } = useEditing();
  const problem = useProblemAt(path);
  const parts = field.schema.items && objectIn(field.schema.items, root);
  const inner = objectIn(field.schema, root);
  if (field.kind === "json" && parts) return <Rows field={field} schema={{ ...parts, $defs: root }} value={value} path={path} onChange={onChange} />;
  if (field.kind === "json" && inner?.properties) {
    return (
      <fieldset className="gb-rows gb-one-card" data-path={path}>
        <legend>{field.label}</legend>
        <Fields schema={{ ...inner, $defs: root }} value={isEntry(value) ? value : {}} path={path} onChange={onChange} />
      </fieldset>
    );
  }
  if (field.kind === "text" || field.kind === "long") {
    return <WordsField label={field.label} help={field.help} path={path} line={field.kind === "text"} value={wordsOf(value)} required={field.required} {...(field.schema.maxLength !== undefined && { limit: field.schema.maxLength })} onChange={(text) => onChange(text === "" && field.nullable ? undefined : text)} />;
  }
  const mistake = mistakeIn(field, value);
  const words = problem ?? (mistake && value !== undefined ? t(`form.${mistake.code}`, { limit: mistake.limit ?? 0 }) : undefined);
  return (
    <div data-path={path}>
      <SchemaField field={field} value={value} error={words} locked={locked} onBlur={() => undefined} onChange={(next) => onChange(next as Json)} />
    </div>
  );
}

function Rows({ field, schema, value, path, onChange }: { field: Field; schema: JsonSchema; value: Json | undefined; path: string; onChange: (value: Json) => void }): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const rows = listOf(value).map((one): Entry => (isEntry(one) ? one : {}));
  return (
    <fieldset className="gb-rows" data-path={path}>
      <legend>{field.label}</legend>
      {field.help && <p className="gb-faint">{field.help}</p>}
      {rows.map((row, index) => (
        <div key={index} className="gb-one-card gb-stack">
          <Fields schema={schema} value={row} path={`${path}.${index}`} onChange={(next) => onChange(replaced(rows, index, next))} />
          {!locked && <RowTools label={`${field.label} ${index + 1}`} first={index === 0} onUp={() => onChange(moved(rows, index, index - 1))} onRemove={() => onChange(rows.filter((_, at) => at !== index))} />}
        </div>
      ))}
      {!locked && (
        <Button small intent="quiet" icon={Plus} onClick={() => onChange([...rows, {}])}>
          {t("typed.add", { what: field.label })}
        </Button>
      )}
    </fieldset>
  );
}

/** The schema of an object, behind a reference too. */
function objectIn(schema: JsonSchema, root: Record<string, JsonSchema>): JsonSchema | undefined {
  const found = schema.$ref === undefined ? schema : root[schema.$ref.replace("#/$defs/", "")];
  return found?.properties ? found : undefined;
}
