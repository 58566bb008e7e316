/** @jsxImportSource preact */
/** A form: fields, what is wrong with them said beside them, and one button that sends everything together. */

import type { JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { usePanel } from "../components/context";
import type { Field, FormMessage } from "../protocol/messages";
import { firstOf } from "../protocol/text";
import { secretFields } from "../store/secrets";
import { complaint, valuesOf } from "./form-check";

type Draft = Record<string, string | boolean>;

export function FormView({ form, answered }: { form: FormMessage; answered: boolean }): JSX.Element {
  const { chat, words } = usePanel();
  const fields = form.fields ?? [];
  const [draft, setDraft] = useState<Draft>(() => Object.fromEntries(fields.map((field) => [field.name, field.kind === "checkbox" ? false : ""])));
  const [checked, setChecked] = useState(false);
  const [sent, setSent] = useState(false);
  const box = useRef<HTMLFormElement>(null);
  const wrong = fields.filter((field) => complaint(field, draft[field.name] ?? "") !== null);
  const closed = sent || answered;
  const submit = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    const first = wrong[0];
    if (first !== undefined) {
      box.current?.querySelector<HTMLElement>(`[name="${CSS.escape(first.name)}"]`)?.focus();
      return;
    }
    setSent(true);
    chat.sendForm(form.form_id, valuesOf(fields, draft), secretFields(form).length > 0);
  };
  return (
    <form class="form" part="form" ref={box} noValidate aria-label={form.title ?? words.t("form.label")} aria-disabled={closed} onSubmit={submit}>
      {form.title !== undefined && form.title !== "" && <h2 dir="auto">{form.title}</h2>}
      {fields.map((field) => (
        <FieldView
          key={field.name}
          field={field}
          value={draft[field.name] ?? ""}
          checked={checked}
          disabled={closed}
          set={(value) => setDraft((before) => ({ ...before, [field.name]: value }))}
        />
      ))}
      {checked && wrong.length > 0 && <p class="hidden" role="alert">{words.count("form.errors", wrong.length)}</p>}
      <button type="submit" class="button" disabled={closed}>{sent ? words.t("form.sent") : firstOf(form.submit, words.t("form.submit"))}</button>
    </form>
  );
}

interface FieldProps {
  field: Field;
  value: string | boolean;
  checked: boolean;
  disabled: boolean;
  set: (value: string | boolean) => void;
}

function FieldView({ field, value, checked, disabled, set }: FieldProps): JSX.Element {
  const { words } = usePanel();
  const id = useId();
  const found = checked ? complaint(field, value) : null;
  const control = (
    <Control
      field={field}
      value={value}
      set={set}
      common={{ id, name: field.name, disabled, "aria-invalid": found !== null, "aria-required": field.required !== false, "aria-describedby": found ? `${id}-error` : undefined }}
    />
  );
  const check = field.kind === "checkbox";
  return (
    <div class={check ? "field check" : "field"}>
      {check && control}
      <label for={id} dir="auto">{field.label} {field.required === false && !check && <small>{words.t("form.optional")}</small>}</label>
      {!check && control}
      {found !== null && <span class="error" id={`${id}-error`}>{words.t(found.id, { count: found.count ?? 0 })}</span>}
    </div>
  );
}

interface Common {
  id: string;
  name: string;
  disabled: boolean;
  "aria-invalid": boolean;
  "aria-required": boolean;
  "aria-describedby": string | undefined;
}

function Control({ field, value, set, common }: { field: Field; value: string | boolean; set: (value: string | boolean) => void; common: Common }): JSX.Element {
  const { words } = usePanel();
  const text = typeof value === "string" ? value : "";
  const placeholder = field.placeholder ?? "";
  if (field.kind === "checkbox") return <input {...common} type="checkbox" checked={value === true} onChange={(event) => set(event.currentTarget.checked)} />;
  if (field.kind === "textarea") return <textarea {...common} rows={3} dir="auto" placeholder={placeholder} value={text} onInput={(event) => set(event.currentTarget.value)} />;
  if (field.kind === "select") {
    return (
      <select {...common} value={text} onChange={(event) => set(event.currentTarget.value)}>
        <option value="">{placeholder || words.t("form.choose")}</option>
        {(field.options ?? []).map((option) => <option key={option.title} value={firstOf(option.payload, option.title)}>{option.title}</option>)}
      </select>
    );
  }
  const [type, inputMode, autoComplete] = INPUTS[field.kind ?? "text"] ?? INPUTS.text;
  // Preact's attribute types take one kind of input at a time.
  const oneKind = type as "text";
  return <input {...common} type={oneKind} inputMode={inputMode} autoComplete={autoComplete} dir={type === "text" ? "auto" : undefined} placeholder={placeholder} value={text} onInput={(event) => set(event.currentTarget.value)} />;
}

type InputKind = readonly [type: "text" | "email" | "tel" | "date" | "time" | "password", inputMode: "text" | "decimal" | "email" | "tel" | undefined, autoComplete: string];

/** Numbers are typed as text: a number field swallows what it does not understand and says nothing. */
const INPUTS: Record<string, InputKind> & { text: InputKind } = {
  text: ["text", "text", "on"],
  number: ["text", "decimal", "off"],
  email: ["email", "email", "email"],
  phone: ["tel", "tel", "tel"],
  date: ["date", undefined, "off"],
  time: ["time", undefined, "off"],
  password: ["password", undefined, "off"],
};
