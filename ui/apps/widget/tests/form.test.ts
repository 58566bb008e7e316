import { describe, expect, test } from "vitest";
import type { Field } from "../src/protocol/messages";
import { complaint, valuesOf } from "../src/render/form-check";

const field = (change: Partial<Field>): Field => ({ name: "f", label: "F", ...change });

describe("a field", () => {
  test.each<[Partial<Field>, string | boolean, string | null]>([
    [{}, " ", "form.error.required"],
    [{ required: false }, "", null],
    [{ kind: "email" }, "ada@example", "form.error.email"],
    [{ kind: "email" }, " ada@example.com ", null],
    [{ kind: "phone" }, "+49 (30) 1234-56", null],
    [{ kind: "phone" }, "call me", "form.error.phone"],
    [{ kind: "number" }, "3,5", null],
    [{ kind: "number" }, "three", "form.error.number"],
    [{ kind: "number", minimum: 1 }, "0", "form.error.low"],
    [{ kind: "number", maximum: 9 }, "10", "form.error.high"],
    [{ kind: "number", minimum: 0 }, "0", null],
    [{ kind: "date" }, "2026-02-03", null],
    [{ kind: "date" }, "tomorrow", "form.error.date"],
    [{ kind: "time" }, "25", "form.error.time"],
    [{ min_length: 3 }, "ab", "form.error.short"],
    [{ max_length: 2 }, "👍👍", null],
    [{ max_length: 2 }, "abc", "form.error.long"],
    [{ min_length: null, maximum: null }, "abc", null],
    [{ kind: "checkbox" }, false, "form.error.required"],
    [{ kind: "checkbox", required: false }, false, null],
    [{ kind: "select" }, "", "form.error.required"],
  ])("%o with %o", (change, value, id) => {
    expect(complaint(field(change), value)?.id ?? null).toBe(id);
  });
});

test("values have the types of their fields, and empty ones are left out", () => {
  const fields = [field({ name: "a" }), field({ name: "n", kind: "number" }), field({ name: "c", kind: "checkbox" }), field({ name: "e", required: false }), field({ name: "p", kind: "password" })];
  expect(valuesOf(fields, { a: " x ", n: "2,5", c: true, e: " ", p: " s " })).toEqual({ a: "x", n: 2.5, c: true, p: " s " });
});
