/**
 * Markdown as data: blocks with words in them. Of HTML nothing becomes an element: comments go, tags are words like all others.
 * Beside what GitHub knows there are notes (`!!! warning "Title"`, what is indented below) and anchors (`## Title {#anchor}`).
 */
import { Marked } from "marked";
import type { Token, Tokens } from "marked";

export type Inline =
  | { kind: "text" | "code"; text: string }
  | { kind: "strong" | "em" | "del"; nodes: Inline[] }
  | { kind: "link"; href: string; nodes: Inline[] }
  | { kind: "picture"; src: string; alt: string }
  | { kind: "break" };
export type Item = { checked: boolean | null; blocks: Block[] };
export type Block =
  | { kind: "paragraph" | "words"; nodes: Inline[] }
  | { kind: "heading"; depth: number; anchor: string; nodes: Inline[] }
  | { kind: "code"; language: string; text: string }
  | { kind: "list"; ordered: boolean; start: number; items: Item[] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "quote"; blocks: Block[] }
  | { kind: "note"; tone: string; title: string; blocks: Block[] }
  | { kind: "rule" };

type Note = Tokens.Generic & { type: "note"; tone: string; title: string; tokens: Token[] };
const NOTE = /^!!! +(\w+)(?: +"([^"\n]*)")? *(?:\n|$)((?:(?: {4}|\t)[^\n]*(?:\n|$)|[ \t]*\n)*)/;

const marked = new Marked({
  gfm: true,
  extensions: [
    {
      name: "note",
      level: "block",
      start: (text: string) => /^!!! /m.exec(text)?.index,
      tokenizer(text: string): Note | undefined {
        const found = NOTE.exec(text);
        if (found === null) return undefined;
        const inner = (found[3] ?? "").replace(/^(?: {4}|\t)/gm, "");
        return { type: "note", raw: found[0], tone: found[1] ?? "note", title: found[2] ?? "", tokens: this.lexer.blockTokens(inner, []) };
      },
    },
  ],
});

/** A text in blocks. One that is nested so deeply that nobody can have meant it stays as it was written. */
export function parseMarkdown(text: string): Block[] {
  try {
    return blocksOf(marked.lexer(text), { seen: new Map(), depth: 0 });
  } catch (error) {
    if (error instanceof RangeError) return [{ kind: "code", language: "", text }];
    throw error;
  }
}

type Anchors = { seen: Map<string, number>; depth: number };
const DEEPEST = 40;

function blocksOf(tokens: readonly Token[], { seen, depth }: Anchors): Block[] {
  if (depth > DEEPEST) throw new RangeError("too deep");
  return tokens.flatMap((token) => blockOf(token, { seen, depth: depth + 1 }) ?? []);
}

function blockOf(token: Token, anchors: Anchors): Block | null {
  switch (token.type) {
    case "heading":
      return headingOf(token as Tokens.Heading, anchors);
    case "paragraph":
      return { kind: "paragraph", nodes: inlineOf(token.tokens) };
    case "text":
      return { kind: "words", nodes: token.tokens ? inlineOf(token.tokens) : [{ kind: "text", text: unescaped((token as Tokens.Text).text) }] };
    case "code":
      return { kind: "code", language: ((token as Tokens.Code).lang ?? "").split(/[\s{]/)[0] ?? "", text: (token as Tokens.Code).text };
    case "list":
      return listOf(token as Tokens.List, anchors);
    case "table":
      return { kind: "table", head: (token as Tokens.Table).header.map((cell) => inlineOf(cell.tokens)), rows: (token as Tokens.Table).rows.map((row) => row.map((cell) => inlineOf(cell.tokens))) };
    case "blockquote":
      return { kind: "quote", blocks: blocksOf(token.tokens ?? [], anchors) };
    case "note":
      return { kind: "note", tone: (token as Note).tone, title: (token as Note).title, blocks: blocksOf((token as Note).tokens, anchors) };
    case "hr":
      return { kind: "rule" };
    case "html":
      return isComment(token.raw) ? null : { kind: "paragraph", nodes: [{ kind: "text", text: token.raw.trim() }] };
    default:
      return null;
  }
}

const ANCHOR = / *\{:? *#([\w.-]+) *\} *$/;

function headingOf(token: Tokens.Heading, anchors: Anchors): Block {
  const given = ANCHOR.exec(token.text)?.[1];
  const nodes = inlineOf(token.tokens);
  const last = nodes.at(-1);
  if (given !== undefined && last?.kind === "text") last.text = last.text.replace(ANCHOR, "");
  return { kind: "heading", depth: token.depth, anchor: given ?? unused(slug(wordsOf(nodes)), anchors.seen), nodes };
}

function listOf(token: Tokens.List, anchors: Anchors): Block {
  const items = token.items.map((item): Item => ({ checked: item.task ? (item.checked ?? false) : null, blocks: blocksOf(item.tokens.filter((one) => one.type !== "checkbox"), anchors) }));
  return { kind: "list", ordered: token.ordered, start: token.start === "" ? 1 : token.start, items };
}

function inlineOf(tokens: readonly Token[] | undefined): Inline[] {
  return (tokens ?? []).flatMap((token): Inline[] => {
    switch (token.type) {
      case "codespan":
        return [{ kind: "code", text: (token as Tokens.Codespan).text }];
      case "strong":
      case "em":
      case "del":
        return [{ kind: token.type, nodes: inlineOf(token.tokens) }];
      case "link":
        return [{ kind: "link", href: (token as Tokens.Link).href, nodes: inlineOf(token.tokens) }];
      case "image":
        return [{ kind: "picture", src: (token as Tokens.Image).href, alt: (token as Tokens.Image).text }];
      case "br":
        return [{ kind: "break" }];
      case "html":
        return isComment(token.raw) ? [] : [{ kind: "text", text: token.raw }];
      case "checkbox":
        return [];
      case "escape":
        return [{ kind: "text", text: (token as Tokens.Escape).text }];
      default: {
        const { tokens: inner, text = token.raw } = token as Partial<Tokens.Text>;
        return inner ? inlineOf(inner) : [{ kind: "text", text: unescaped(text) }];
      }
    }
  });
}

const isComment = (raw: string): boolean => /^\s*<!--[^]*-->\s*$/.test(raw);
const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

function unescaped(text: string): string {
  return text.replace(/&(?:(amp|lt|gt|quot|apos|nbsp)|#(\d{1,7}));/g, (whole, name: string | undefined, number: string | undefined) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = Number(number);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** What is read of these nodes. */
export function wordsOf(nodes: readonly Inline[]): string {
  return nodes.map((node) => ("text" in node ? node.text : "nodes" in node ? wordsOf(node.nodes) : node.kind === "picture" ? node.alt : " ")).join("");
}

/** The anchor of a heading, as the server makes it too. */
export function slug(heading: string): string {
  return heading.replace(/[^\w\s-]/g, "").trim().toLowerCase().replace(/[-\s]+/g, "-");
}

function unused(anchor: string, seen: Map<string, number>): string {
  const number = (seen.get(anchor) ?? -1) + 1;
  seen.set(anchor, number);
  return number === 0 ? anchor : `${anchor}_${number}`;
}
