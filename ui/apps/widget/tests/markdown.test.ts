import { describe, expect, test } from "vitest";
import { parseInline, parseMarkdown, parsePlain, plainText } from "../src/render/markdown";
import { safeLink, safeMedia, telephone } from "../src/render/urls";

const text = (words: string) => ({ kind: "text", text: words });

describe("inline marks", () => {
  test("bold, italic and code are nodes around text", () => {
    expect(parseInline("a **b** *c* `d`")).toEqual([text("a "), { kind: "bold", nodes: [text("b")] }, text(" "), { kind: "italic", nodes: [text("c")] }, text(" "), { kind: "code", text: "d" }]);
  });

  test("marks nest", () => {
    expect(parseInline("**a *b* c**")).toEqual([{ kind: "bold", nodes: [text("a "), { kind: "italic", nodes: [text("b")] }, text(" c")] }]);
  });

  test("underscores inside words and lonely stars are words", () => {
    expect(parseInline("snake_case_name 2 * 3 * 4 **")).toEqual([text("snake_case_name 2 * 3 * 4 **")]);
  });

  test("nothing in code is a mark", () => {
    expect(parseInline("`**a**`")).toEqual([{ kind: "code", text: "**a**" }]);
  });

  test("HTML stays words", () => {
    expect(parseInline("<img src=x onerror=alert(1)>")).toEqual([text("<img src=x onerror=alert(1)>")]);
  });

  test("a link has a label and an address", () => {
    expect(parseInline("[here](https://a.test/b_(c))")).toEqual([{ kind: "link", url: "https://a.test/b_(c)", nodes: [text("here")] }]);
  });

  test("bare addresses are links without the full stop after them", () => {
    expect(parseInline("See https://a.test/x, or mailto:a@b.test.")).toEqual([
      text("See "),
      { kind: "link", url: "https://a.test/x", nodes: [text("https://a.test/x")] },
      text(", or "),
      { kind: "link", url: "mailto:a@b.test", nodes: [text("a@b.test")] },
      text("."),
    ]);
  });

  test("a line break is a node", () => {
    expect(parseInline("a\nb")).toEqual([text("a"), { kind: "break" }, text("b")]);
  });

  test("hostile input is read in reasonable time", () => {
    const started = performance.now();
    for (const unit of ["**", "*a", "__a ", "[a](", "`", "_a*b"]) parseMarkdown(unit.repeat(4_000));
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});

describe("blocks", () => {
  test("lists keep their kind and their first number", () => {
    expect(parseMarkdown("- a\n- b\n\n3. c\n4. d")).toEqual([
      { kind: "list", ordered: false, start: 1, items: [[text("a")], [text("b")]] },
      { kind: "list", ordered: true, start: 3, items: [[text("c")], [text("d")]] },
    ]);
  });

  test("a code block keeps every character, also when it is not closed", () => {
    expect(parseMarkdown("x\n```py\n  a *b*\n```\ny")).toEqual([{ kind: "paragraph", nodes: [text("x")] }, { kind: "code", text: "  a *b*" }, { kind: "paragraph", nodes: [text("y")] }]);
    expect(parseMarkdown("```\na")).toEqual([{ kind: "code", text: "a" }]);
  });

  test("what a visitor writes has no marks", () => {
    expect(parsePlain("**a**\n- b")).toEqual([{ kind: "paragraph", nodes: [text("**a**"), { kind: "break" }, text("- b")] }]);
  });

  test("the words alone lose the marks", () => {
    expect(plainText("**Hi** [you](https://a.test)\n\n- one\n- two")).toBe("Hi you\n• one\n• two");
  });
});

describe("addresses", () => {
  const base = "https://bot.test/web/shop/";

  test.each(["javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:https://a.test/1"])("%s is never a link", (url) => {
    expect(safeLink(url, base)).toBeNull();
    expect(safeMedia(url, base)).toBeNull();
  });

  test.each(["https://a.test/", "http://a.test/", "mailto:a@b.test", "tel:+491"])("%s is a link", (url) => {
    expect(safeLink(url, base)).toBe(url);
  });

  test("a relative address is meant from the server", () => {
    expect(safeMedia("/web/shop/files/1?key=2", base)).toBe("https://bot.test/web/shop/files/1?key=2");
    expect(safeMedia("mailto:a@b.test", base)).toBeNull();
  });

  test("a telephone number loses what is not dialled", () => {
    expect(telephone("+49 (30) 12-34; rm")).toBe("tel:+49301234");
  });
});
