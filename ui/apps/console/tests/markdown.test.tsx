import { render, screen } from "@testing-library/react";
import i18next from "i18next";
import ICU from "i18next-icu";
import { initReactI18next } from "react-i18next";
import { MemoryRouter } from "react-router";
import { describe, expect, it } from "vitest";
import { leadFrom, marked } from "../src/features/help/links";
import words from "../src/locales/en.json";
import { parseMarkdown, slug } from "../src/markdown/parse";
import { MarkdownText } from "../src/markdown/view";
import type { Block } from "../src/markdown/parse";
import { ABOUT_PAGES, aboutPage } from "../src/shell/about";

await i18next.use(ICU).use(initReactI18next).init({ lng: "en", ns: ["console"], defaultNS: "console", resources: { en: { console: words } }, interpolation: { escapeValue: false } });

const headings = (blocks: Block[]) => blocks.flatMap((block) => (block.kind === "heading" ? [block.anchor] : []));

function drawn(text: string): HTMLElement {
  return render(
    <MemoryRouter>
      <MarkdownText text={text} lead={leadFrom("how-to/a", new Set(["reference/b"]))} anchors="x-" />
    </MemoryRouter>,
  ).container;
}

describe("Markdown", () => {
  it("has the anchors that the server gives", () => {
    const names = ["What a turn is", "`chat.ask`", "GET /api/v1/bots/{bot}", "Who does it - and when?", "database_url"];
    expect(headings(parseMarkdown(names.map((name) => `## ${name}`).join("\n\n")))).toEqual(["what-a-turn-is", "chatask", "get-apiv1botsbot", "who-does-it-and-when", "database_url"]);
    expect(headings(parseMarkdown("## Twice\n\n## Twice\n\n## Own { #mine }"))).toEqual(["twice", "twice_1", "mine"]);
    expect(slug(" Été? ")).toBe("t");
  });

  it("becomes elements", () => {
    const page = drawn('# One\n\nA **b** *c* ~~d~~ `e` &amp; [f](../reference/b.md#g).\n\n| h | i |\n|---|---|\n| j | `k` |\n\n1. l\n2. m\n   - n\n\n> o\n\n```python\n<p>\n```\n\n!!! warning "Mind"\n    It is **hot**.\n\n    Really.\n\nAfter.');
    expect(page.querySelector("h1#x-one")?.textContent).toBe("One#");
    expect(page.querySelector("p")?.innerHTML).toBe('A <strong>b</strong> <em>c</em> <del>d</del> <code dir="ltr">e</code> &amp; <a href="/help/reference/b#g" data-discover="true">f</a>.');
    expect([...page.querySelectorAll("th, td")].map((cell) => cell.textContent)).toEqual(["h", "i", "j", "k"]);
    expect(page.querySelector("ol > li > ul > li")?.textContent).toBe("n");
    expect(page.querySelector("pre")?.textContent).toBe("<p>");
    expect(screen.getByText("Mind").closest(".gb-banner")?.getAttribute("data-tone")).toBe("warn");
    expect([...page.querySelectorAll(".gb-banner p")].map((one) => one.textContent)).toEqual(["It is hot.", "Really."]);
    expect(page.lastElementChild?.lastElementChild?.textContent).toBe("After.");
  });

  it("never makes elements of what stands in it, nor links to what is no page", () => {
    const page = drawn('<img src=x onerror="alert(1)">\n\n<!-- seen by nobody -->\n\na <b>c</b> [d](javascript:alert(1)) [e](//evil.example) [f](../gone.md) [g](data:text/html,x) ![h](https://evil.example/pixel.png)\n\n<script>alert(2)</script>');
    expect(page.querySelectorAll("img, script, b, a")).toHaveLength(0);
    expect(page.textContent).toBe('<img src=x onerror="alert(1)">a <b>c</b> d e f g h<script>alert(2)</script>');
  });

  it("takes a long and hostile text in one go", () => {
    for (const unit of ["**", "*a", "[a](", "`", "- ", "|a", "!!! a\n    ", "<b"]) parseMarkdown(unit.repeat(3_000));
    for (const unit of ["> ", "1. "]) expect(parseMarkdown(unit.repeat(3_000))).toEqual([{ kind: "code", language: "", text: unit.repeat(3_000) }]);
  });
});

describe("Help", () => {
  it("leads from page to page, and out of the console by whole addresses only", () => {
    const lead = leadFrom("how-to/a", new Set(["how-to/c", "index", "reference/b"]));
    expect(["c.md", "../index.md", "../reference/b.md#x", "#here", "../../../etc.md", "https://example.org", "ftp://x"].map(lead)).toEqual([{ to: "/help/how-to/c" }, { to: "/help/index" }, { to: "/help/reference/b#x" }, { to: "#here" }, null, { href: "https://example.org" }, null]);
  });

  it("shows the words that were looked for", () => {
    expect(marked("Backups are restored (restore).", "restore BACK")).toEqual(["", "Backups", " are ", "restored", " (", "restore", ")."]);
    expect(marked("a+b", "+")).toEqual(["a+b"]);
    expect(marked("a backup", "a backup")).toEqual(["a ", "backup", ""]);
  });

  it("is told about from most pages", () => {
    expect(aboutPage("/bots/shop/content/media")).toBe("/help/how-to/keep-pictures");
    expect(aboutPage("/bots/shop/content/items/a")).toBe("/help/how-to/edit-content-live");
    expect(aboutPage("/help")).toBeNull();
    expect(new Set(ABOUT_PAGES).size).toBe(ABOUT_PAGES.length);
  });
});
