import { describe, expect, it } from "vitest";
import { nextPage } from "../src/app/guarded";
import { addressOf, PAGES } from "../src/app/pages";
import { agentWords } from "../src/features/account/sessions";
import { headline } from "../src/features/failed/page";
import { calledBy, isStart, wordsOf } from "../src/features/people/entry-words";
import { nameFrom } from "../src/features/team/role-editor";
import { sameFor } from "../src/shell/bot-switcher";
import { isPartMissing } from "../src/shell/page-states";

describe("after signing in", () => {
  it("one goes to pages of the console only", () => {
    expect(["/team", "/audit?q=x", "//evil.example", "https://evil.example", "/\\evil.example", null].map(nextPage)).toEqual(["/team", "/audit?q=x", "/", "/", "/", "/"]);
  });
});

describe("addresses", () => {
  it("hold the bot, and there is none without a bot", () => {
    const people = PAGES.find((page) => page.id === "people");
    expect(people && addressOf(people, "a b")).toBe("/bots/a%20b/people");
    expect(people && addressOf(people, null)).toBeNull();
  });

  it("stay on the same kind of page when the bot changes", () => {
    expect(sameFor("b", "/bots/a/people/u1")).toBe("/bots/b/people");
    expect(sameFor("b", "/team")).toBeNull();
  });

  it("have keys that no two pages share", () => {
    const keys = PAGES.flatMap((page) => page.keys ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("a page that fails", () => {
  it("is told apart from one whose file did not come", () => {
    const said = ["Failed to fetch dynamically imported module: http://h/a.js", "error loading dynamically imported module: http://h/a.js", "Importing a module script failed."];
    expect(said.map((one) => isPartMissing(new TypeError(one)))).toEqual([true, true, true]);
    expect([new TypeError("x is undefined"), new Error(said[0]), null].map(isPartMissing)).toEqual([false, false, false]);
  });
});

describe("what was said", () => {
  it("is nothing where somebody only came in", () => {
    expect([{ type: "payload", payload: "GET_STARTED" }, { type: "payload", payload: "GET_STARTED", title: "Go" }, { type: "payload", payload: "BUY" }, { type: "message", body: "GET_STARTED" }].map((body) => isStart(body))).toEqual([true, false, false, false]);
    expect(isStart({ type: "payload", payload: "WELCOME" }, 1)).toBe(true);
    expect(["GET_STARTED", "", "hello"].map(calledBy)).toEqual(["", "", "hello"]);
  });

  it("is told in plain text, whatever it is", () => {
    expect(wordsOf({ type: "message", body: "<b>hi</b>" }).text).toBe("<b>hi</b>");
    expect(wordsOf({ type: "choices", text: "Well?", quick_replies: [{ title: "Yes" }, { title: "No" }] })).toEqual({ text: "Well?", choices: ["Yes", "No"], media: null });
    expect(wordsOf({ type: "image", url: "a.png", alt: "A house" }).media).toEqual({ kind: "image", name: "A house", url: "a.png" });
    expect(wordsOf({ type: "form", form_id: "f", values: { name: "Ada", age: 3 } }).text).toBe("name: Ada\nage: 3");
    expect(wordsOf({ type: "carousel", cards: [{ title: "One" }, { title: "Two" }] }).text).toBe("One\nTwo");
    expect(wordsOf({ type: "something new" })).toEqual({ text: "", choices: [], media: null });
    expect(wordsOf({ type: "message", body: null, quick_replies: "no list" })).toEqual({ text: "", choices: [], media: null });
  });
});

describe("small words", () => {
  it("name browsers", () => {
    expect(agentWords("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36")).toBe("Chrome, Linux");
    expect(agentWords("curl/8")).toBe("");
  });

  it("name roles from their titles", () => {
    expect([nameFrom("Night shift"), nameFrom("Équipe de nuit"), nameFrom("夜"), nameFrom("--a--")]).toEqual(["night-shift", "equipe-de-nuit", "", "a"]);
  });

  it("take the line that says what went wrong", () => {
    expect(headline("Traceback (most recent call last):\n  File x\nValueError: no\n")).toBe("ValueError: no");
    expect(headline("ValueError: no\nbot.py:8 in crash\n  8 | raise")).toBe("ValueError: no");
    expect(headline("")).toBe("");
  });
});
