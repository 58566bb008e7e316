/** What a form needs to know of a JSON Schema, as pydantic writes it. Validation proper is the server's; this finds what is plainly wrong. */

export type JsonSchema = {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  title?: string;
  description?: string;
  type?: string;
  format?: string;
  enum?: readonly (string | number)[];
  const?: string | number | boolean;
  default?: unknown;
  examples?: readonly unknown[];
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  items?: JsonSchema;
  anyOf?: readonly JsonSchema[];
  allOf?: readonly JsonSchema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  writeOnly?: boolean;
  /** Heading under which the field stands. */
  "x-section"?: string;
  /** What a number counts, such as `seconds`. */
  "x-unit"?: string;
  /** The field matters only when another one has this value. */
  "x-when"?: Readonly<Record<string, unknown>>;
  /** Sent back as it came, and not shown: the version of what is changed. */
  "x-hidden"?: boolean;
  /** Words for the values of `enum`. */
  "x-labels"?: Readonly<Record<string, string>>;
};

export type FieldKind = "text" | "long" | "secret" | "number" | "check" | "choice" | "list" | "json";
export type Field = { name: string; label: string; help: string; kind: FieldKind; schema: JsonSchema; required: boolean; nullable: boolean; section: string };
export type Values = Readonly<Record<string, unknown>>;

const LONG = 200;

/** The fields of an object, in the order of its properties. */
export function fieldsOf(schema: JsonSchema): Field[] {
  return Object.entries(schema.properties ?? {}).map(([name, raw]) => {
    const { schema: found, nullable } = resolved(raw, schema.$defs ?? {});
    return {
      name,
      label: raw.title ?? found.title ?? name,
      help: raw.description ?? found.description ?? "",
      kind: kindOf(found),
      schema: found,
      required: schema.required?.includes(name) ?? false,
      nullable,
      section: found["x-section"] ?? "",
    };
  });
}

/** Follows `$ref` and takes `null` out of `anyOf`; what stands beside a reference stays. */
function resolved(raw: JsonSchema, defs: Record<string, JsonSchema>): { schema: JsonSchema; nullable: boolean } {
  const { $ref, allOf, anyOf, ...beside } = raw;
  if ($ref !== undefined) {
    const inner = resolved(defs[$ref.replace("#/$defs/", "")] ?? {}, defs);
    return { schema: { ...inner.schema, ...beside }, nullable: inner.nullable };
  }
  if (allOf?.length === 1 && allOf[0]) {
    const inner = resolved(allOf[0], defs);
    return { schema: { ...inner.schema, ...beside }, nullable: inner.nullable };
  }
  if (anyOf) {
    const others = anyOf.filter((one) => one.type !== "null");
    const only = others.length === 1 ? others[0] : undefined;
    const inner = only ? resolved(only, defs).schema : {};
    return { schema: { ...inner, ...beside }, nullable: others.length < anyOf.length };
  }
  return { schema: raw, nullable: false };
}

function kindOf(schema: JsonSchema): FieldKind {
  if (schema.enum) return "choice";
  if (schema.writeOnly || schema.format === "password") return "secret";
  if (schema.type === "boolean") return "check";
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (schema.type === "string") return (schema.maxLength ?? 0) > LONG ? "long" : "text";
  if (schema.type === "array" && (schema.items?.type ?? "string") === "string") return "list";
  return "json";
}

/** Whether a field matters with the values as they are. */
export function isShown(field: Field, values: Values, all: readonly Field[]): boolean {
  return Object.entries(field.schema["x-when"] ?? {}).every(([name, wanted]) => {
    const other = all.find((one) => one.name === name);
    const value = values[name] ?? other?.schema.default;
    return Array.isArray(wanted) ? wanted.includes(value) : value === wanted;
  });
}

/** What is plainly wrong with a value: a code for the words, and the limit. Null when nothing is. */
export function mistakeIn(field: Field, value: unknown): { code: "required" | "min" | "max" | "pattern" | "long" | "integer"; limit?: number } | null {
  const { schema } = field;
  if (value === null || value === undefined || value === "") return field.required && schema.default === undefined ? { code: "required" } : null;
  if (typeof value === "number") {
    const least = schema.minimum ?? schema.exclusiveMinimum;
    const most = schema.maximum ?? schema.exclusiveMaximum;
    if (schema.type === "integer" && !Number.isInteger(value)) return { code: "integer" };
    if (least !== undefined && (value < least || value === schema.exclusiveMinimum)) return { code: "min", limit: least };
    if (most !== undefined && (value > most || value === schema.exclusiveMaximum)) return { code: "max", limit: most };
  }
  if (typeof value === "string") {
    if (schema.maxLength !== undefined && [...value].length > schema.maxLength) return { code: "long", limit: schema.maxLength };
    if (schema.pattern !== undefined && !matches(schema.pattern, value)) return { code: "pattern" };
  }
  return null;
}

/** A pattern that this browser cannot read is left to the server. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}
