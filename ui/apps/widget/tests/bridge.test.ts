import { expect, test } from "vitest";
import { asToPanel } from "../src/bridge/parent";

test("what the site's page says is taken only in the known forms", () => {
  expect(asToPanel({ gutenbot: "send", text: "hi", extra: 1 })).toEqual({ gutenbot: "send", text: "hi" });
  expect(asToPanel({ gutenbot: "send", text: { toString: () => "x" } })).toEqual({ gutenbot: "send", text: "" });
  expect(asToPanel({ gutenbot: "init", locale: "fr" })).toEqual({ gutenbot: "init", locale: "fr", theme: "", userToken: "", page: "" });
  for (const data of [null, "open", 1, [], { gutenbot: "eval" }, { type: "open" }]) expect(asToPanel(data)).toBeNull();
});

test("words from the page have a limit", () => {
  const message = asToPanel({ gutenbot: "send", text: "x".repeat(100_000) });
  expect(message).toMatchObject({ gutenbot: "send", text: "x".repeat(8_000) });
});

test("a look is taken as plain data, whatever else the page sends", () => {
  expect(asToPanel({ gutenbot: "look", config: { accent: "#ff0000" }, name: "Shop" })).toEqual({ gutenbot: "look", config: { accent: "#ff0000" }, name: "Shop" });
  expect(asToPanel({ gutenbot: "look", config: "x", name: 3 })).toEqual({ gutenbot: "look", config: {}, name: "" });
});
