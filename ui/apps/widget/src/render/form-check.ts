/** Whether what stands in a form may be sent. The server checks again; this is for the visitor's sake. */

import type { StringId } from "../locales/index";
import type { Field, FormValue } from "../protocol/messages";
import { lengthOf } from "../protocol/text";

export interface Complaint {
  id: StringId;
  count?: number;
}

/** What is wrong with the words in this field, or null. */
export function complaint(field: Field, value: string | boolean): Complaint | null {
  const required = field.required !== false;
  if (typeof value === "boolean") return required && !value ? { id: "form.error.required" } : null;
  const text = field.kind === "password" ? value : value.trim();
  if (text === "") return required ? { id: "form.error.required" } : null;
  return wrongKind(field, text) ?? outOfBounds(field, text);
}

/** The values to send: numbers as numbers, empty optional fields left out. */
export function valuesOf(fields: readonly Field[], draft: Readonly<Record<string, string | boolean>>): Record<string, FormValue> {
  const values: Record<string, FormValue> = {};
  for (const field of fields) {
    const value = draft[field.name] ?? "";
    if (typeof value === "boolean") values[field.name] = value;
    else if (value.trim() === "") continue;
    else if (field.kind === "number") values[field.name] = asNumber(value);
    else values[field.name] = field.kind === "password" ? value : value.trim();
  }
  return values;
}

const SHAPES: Partial<Record<string, readonly [RegExp, StringId]>> = {
  email: [/^[^\s@]+@[^\s@]+\.[^\s@.]+$/, "form.error.email"],
  phone: [/^\+?[\d\s().\-/]{4,25}$/, "form.error.phone"],
  date: [/^\d{4}-\d{2}-\d{2}$/, "form.error.date"],
  time: [/^\d{2}:\d{2}(:\d{2})?$/, "form.error.time"],
};

function wrongKind(field: Field, text: string): Complaint | null {
  if (field.kind === "number") return Number.isFinite(asNumber(text)) ? null : { id: "form.error.number" };
  const shape = SHAPES[field.kind ?? "text"];
  return shape === undefined || shape[0].test(text) ? null : { id: shape[1] };
}

function outOfBounds(field: Field, text: string): Complaint | null {
  const { min_length, max_length, minimum, maximum } = field;
  const length = lengthOf(text);
  if (isSet(min_length) && length < min_length) return { id: "form.error.short", count: min_length };
  if (isSet(max_length) && length > max_length) return { id: "form.error.long", count: max_length };
  if (field.kind !== "number") return null;
  const number = asNumber(text);
  if (isSet(minimum) && number < minimum) return { id: "form.error.low", count: minimum };
  if (isSet(maximum) && number > maximum) return { id: "form.error.high", count: maximum };
  return null;
}

/** People write 3,5 as well as 3.5. */
function asNumber(text: string): number {
  const plain = text.trim().replace(",", ".");
  return plain === "" ? NaN : Number(plain);
}

function isSet(bound: number | null | undefined): bound is number {
  return bound !== null && bound !== undefined;
}
