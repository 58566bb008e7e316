/** Inputs with their label, help and error; the error is read with the input. */
import { Checkbox, NativeSelect, PasswordInput, SegmentedControl, Switch, Textarea, TextInput } from "@mantine/core";
import type { ReactNode, Ref } from "react";
import { useId } from "react";

type Common = {
  label: string;
  name?: string;
  help?: ReactNode;
  error?: string | undefined;
  required?: boolean;
  disabled?: boolean;
  placeholder?: string | undefined;
  autoComplete?: string;
  onBlur?: () => void;
};
type Of<T> = Common & { value: T; onChange: (value: T) => void };

function asMantine<T extends Common>({ help, error, label, required, ...rest }: T) {
  return { ...rest, label, description: help, error: error === "" ? undefined : error, required: required ?? false, size: "sm" as const };
}

export type TextFieldProps = Of<string> & {
  type?: "text" | "email" | "url" | "search" | "date" | "datetime-local";
  inputMode?: "numeric" | "email" | "text";
  dir?: "auto" | "ltr" | "rtl";
  maxLength?: number;
  autoFocus?: boolean;
  ref?: Ref<HTMLInputElement>;
};

/** One line of text. */
export function TextField({ onChange, ...props }: TextFieldProps): ReactNode {
  return <TextInput {...asMantine(props)} onChange={(event) => onChange(event.currentTarget.value)} />;
}

/** Several lines of text; grows with them. */
export function TextAreaField({ onChange, rows = 3, ...props }: Of<string> & { rows?: number; dir?: "auto" | "ltr" | "rtl" }): ReactNode {
  return <Textarea {...asMantine(props)} autosize minRows={rows} maxRows={16} onChange={(event) => onChange(event.currentTarget.value)} />;
}

/** A password, which can be shown; paste and password managers work. */
export function PasswordField({ onChange, showLabel, ...props }: Of<string> & { showLabel: string; autoFocus?: boolean }): ReactNode {
  return (
    <PasswordInput
      {...asMantine(props)}
      dir="ltr"
      onChange={(event) => onChange(event.currentTarget.value)}
      visibilityToggleButtonProps={{ "aria-label": showLabel, tabIndex: 0 }}
    />
  );
}

export type NumberFieldProps = Of<number | null> & { unit?: string | undefined; min?: number | undefined; max?: number | undefined; step?: number | "any" };

/** A number with its unit; null while it is empty. */
export function NumberField({ onChange, value, unit, ...props }: NumberFieldProps): ReactNode {
  return (
    <TextInput
      {...asMantine(props)}
      type="number"
      dir="ltr"
      value={value === null ? "" : String(value)}
      rightSection={unit ? <span className="gb-unit">{unit}</span> : undefined}
      rightSectionWidth={unit ? `${unit.length + 3}ch` : undefined}
      rightSectionPointerEvents="none"
      onChange={(event) => onChange(event.currentTarget.value === "" ? null : event.currentTarget.valueAsNumber)}
    />
  );
}

export type Option = { value: string; label: string; disabled?: boolean };

/** One of a few; the system's own list, which phones and screen readers know. */
export function SelectField({ onChange, options, ...props }: Of<string> & { options: readonly Option[] }): ReactNode {
  return <NativeSelect {...asMantine(props)} data={[...options]} onChange={(event) => onChange(event.currentTarget.value)} />;
}

/** Yes or no, saved with the form. */
export function CheckField({ value, onChange, help, error, label, disabled, name }: Of<boolean>): ReactNode {
  return <Checkbox label={label} description={help} error={error} checked={value} disabled={disabled ?? false} name={name} size="sm" onChange={(event) => onChange(event.currentTarget.checked)} />;
}

/** On or off, at once. */
export function SwitchField({ value, onChange, help, error, label, disabled }: Of<boolean>): ReactNode {
  return <Switch label={label} description={help} error={error} checked={value} disabled={disabled ?? false} size="sm" onChange={(event) => onChange(event.currentTarget.checked)} />;
}

/** One of two to five, all seen at once. */
export function SegmentedField<T extends string>({ label, value, onChange, options, help }: { label: string; value: T; onChange: (value: T) => void; options: readonly { value: T; label: string }[]; help?: string }): ReactNode {
  const id = useId();
  return (
    <div className="gb-field">
      <span className="gb-field-label" id={id}>
        {label}
      </span>
      {help && <span className="gb-field-help">{help}</span>}
      <SegmentedControl<T> aria-labelledby={id} role="radiogroup" data={[...options]} value={value} onChange={onChange} transitionDuration={0} size="sm" />
    </div>
  );
}
