import { describe, expect, it } from "vitest";
import { fieldsOf, isShown, mistakeIn } from "../src/form/schema";
import type { Field, JsonSchema } from "../src/form/schema";

/** As pydantic writes it. */
const SCHEMA: JsonSchema = {
  $defs: { Colour: { enum: ["red", "blue"], type: "string", title: "Colour" } },
  type: "object",
  required: ["url"],
  properties: {
    url: { type: "string", title: "Depot URL", pattern: "^https?://" },
    key: { anyOf: [{ type: "string", format: "password", writeOnly: true }, { type: "null" }], default: null, title: "Key" },
    colour: { $ref: "#/$defs/Colour", default: "red" },
    cache: { type: "integer", minimum: 0, maximum: 60, default: 30, "x-unit": "seconds", "x-when": { colour: "red" } },
    names: { type: "array", items: { type: "string" } },
    extra: { type: "object" },
    note: { type: "string", maxLength: 4 },
  },
};

const field = (name: string): Field => {
  const found = fieldsOf(SCHEMA).find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
};

describe("a form from a schema", () => {
  it("knows the kind of every field, through references and alternatives", () => {
    const kinds = Object.fromEntries(fieldsOf(SCHEMA).map((one) => [one.name, one.kind]));
    expect(kinds).toEqual({ url: "text", key: "secret", colour: "choice", cache: "number", names: "list", extra: "json", note: "text" });
    expect(field("key").nullable).toBe(true);
    expect(field("url").required).toBe(true);
  });

  it("shows a field only when the value it depends on is there, the default too", () => {
    const all = fieldsOf(SCHEMA);
    expect(isShown(field("cache"), {}, all)).toBe(true);
    expect(isShown(field("cache"), { colour: "blue" }, all)).toBe(false);
  });

  it("finds what is plainly wrong", () => {
    expect(mistakeIn(field("url"), "")).toEqual({ code: "required" });
    expect(mistakeIn(field("url"), "ftp://x")).toEqual({ code: "pattern" });
    expect(mistakeIn(field("cache"), 61)).toEqual({ code: "max", limit: 60 });
    expect(mistakeIn(field("cache"), 1.5)).toEqual({ code: "integer" });
    expect(mistakeIn(field("note"), "👍👍👍👍👍")).toEqual({ code: "long", limit: 4 });
    expect(mistakeIn(field("note"), "👍👍👍👍")).toBeNull();
  });

  it("leaves a pattern that this browser cannot read to the server", () => {
    expect(mistakeIn({ ...field("url"), schema: { type: "string", pattern: "(?P<a>x)" } }, "y")).toBeNull();
  });
});
