/** What somebody may, and in which languages. */
import { describe, expect, it } from "vitest";
import { may } from "../src";
import { SESSION } from "./world";

const French = { ...SESSION, permissions: ["content:read", "content:publish"], scopes: { "content:publish": { language: ["fr", "pt-BR"] } } };

describe("what somebody may", () => {
  it("is limited to languages, and to what belongs to them", () => {
    const languages = ["fr", "fr-CA", "pt-BR", "pt", "en", "f"];
    expect(languages.filter((language) => may(French, "content:publish", { language }))).toEqual(["fr", "fr-CA", "pt-BR"]);
    expect(may(French, "content:publish")).toBe(true);
    expect(may(French, "content:read", { language: "en" })).toBe(true);
  });

  it("is limited to bots, and by what a look as somebody else allows", () => {
    const one = { ...French, scopes: { "content:publish": { bot: ["shop"] } } };
    expect(["shop", "other"].map((bot) => may(one, "content:publish", { bot, language: "en" }))).toEqual([true, false]);
    expect(may({ ...French, viewing_as: "agent" }, "content:publish", { language: "fr" })).toBe(false);
    expect(may({ ...French, viewing_as: "agent" }, "content:read")).toBe(true);
    expect(may(SESSION, "content:write")).toBe(false);
  });
});
