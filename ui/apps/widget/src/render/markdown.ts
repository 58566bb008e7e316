/**
 * The safe Markdown subset as data: bold, italic, code, code blocks, links, lists and line breaks. Everything else is text.
 * It never makes HTML: the view turns these nodes into elements with text inside.
 */

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "bold" | "italic"; nodes: Inline[] }
  | { kind: "link"; url: string; nodes: Inline[] }
  | { kind: "break" };

export type Block =
  | { kind: "paragraph"; nodes: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "list"; ordered: boolean; start: number; items: Inline[][] };

const FENCE = /^\s{0,3}```/;
const BULLET = /^\s{0,3}[-*+]\s+(.*)$/;
const NUMBERED = /^\s{0,3}(\d{1,9})[.)]\s+(.*)$/;

export function parseMarkdown(text: string): Block[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const flush = () => {
    if (paragraph.length > 0) blocks.push({ kind: "paragraph", nodes: parseInline(paragraph.join("\n")) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const special = readCode(lines, at) ?? readList(lines, at);
    if (special !== null) {
      flush();
      blocks.push(special.block);
      at = special.next;
    } else {
      if (line.trim() === "") flush();
      else paragraph.push(line);
      at += 1;
    }
  }
  flush();
  return blocks;
}

/** Plain words with their line breaks and addresses, for what visitors write. */
export function parsePlain(text: string): Block[] {
  return [{ kind: "paragraph", nodes: withBreaks(text, autolink) }];
}

interface Read {
  block: Block;
  next: number;
}

function readCode(lines: readonly string[], from: number): Read | null {
  if (!FENCE.test(lines[from] ?? "")) return null;
  const end = lines.findIndex((line, index) => index > from && FENCE.test(line));
  const last = end === -1 ? lines.length : end;
  return { block: { kind: "code", text: lines.slice(from + 1, last).join("\n") }, next: last + 1 };
}

function readList(lines: readonly string[], from: number): Read | null {
  const first = lines[from] ?? "";
  const numbered = NUMBERED.exec(first);
  const pattern = numbered ? NUMBERED : BULLET;
  const items: Inline[][] = [];
  let next = from;
  for (let found = pattern.exec(lines[next] ?? ""); found !== null; found = pattern.exec(lines[next] ?? "")) {
    items.push(parseInline(found.at(-1) ?? ""));
    next += 1;
  }
  if (items.length === 0) return null;
  return { block: { kind: "list", ordered: numbered !== null, start: Number(numbered?.[1] ?? 1), items }, next };
}

/** Marks by precedence; each is tried at the earliest place where any matches. */
const MARKS: readonly (readonly [RegExp, (found: RegExpExecArray) => Inline])[] = [
  [/`([^`\n]+)`/, ([, code = ""]) => ({ kind: "code", text: code })],
  [/\[([^\][\n]+)\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)\)/, ([, label = "", url = ""]) => ({ kind: "link", url, nodes: parseInline(label) })],
  [/\*\*(?=\S)([\s\S]+?\S|\S)\*\*/, ([, inner = ""]) => ({ kind: "bold", nodes: parseInline(inner) })],
  [/(?<![\p{L}\p{N}_])__(?=\S)([\s\S]+?\S|\S)__(?![\p{L}\p{N}_])/u, ([, inner = ""]) => ({ kind: "bold", nodes: parseInline(inner) })],
  [/(?<!\*)\*(?![\s*])([^*]*[^\s*])\*(?!\*)/, ([, inner = ""]) => ({ kind: "italic", nodes: parseInline(inner) })],
  [/(?<![\p{L}\p{N}_])_(?![\s_])([^_]*[^\s_])_(?![\p{L}\p{N}_])/u, ([, inner = ""]) => ({ kind: "italic", nodes: parseInline(inner) })],
];

/** Longer words are not searched for marks, so that no pattern can be made slow. */
const LONGEST = 20_000;

export function parseInline(text: string): Inline[] {
  if (text.length > LONGEST) return withBreaks(text, (line) => [{ kind: "text", text: line }]);
  const nodes: Inline[] = [];
  let rest = text;
  while (rest !== "") {
    const found = earliest(rest);
    if (found === null) break;
    nodes.push(...withBreaks(rest.slice(0, found.index), autolink), found.node);
    rest = rest.slice(found.index + found.length);
  }
  return [...nodes, ...withBreaks(rest, autolink)];
}

function earliest(text: string): { index: number; length: number; node: Inline } | null {
  let best: { match: RegExpExecArray; make: (found: RegExpExecArray) => Inline } | null = null;
  for (const [pattern, make] of MARKS) {
    const match = pattern.exec(text);
    if (match !== null && (best === null || match.index < best.match.index)) best = { match, make };
  }
  return best && { index: best.match.index, length: best.match[0].length, node: best.make(best.match) };
}

function withBreaks(text: string, inner: (line: string) => Inline[]): Inline[] {
  return text.split("\n").flatMap((line, index) => [...(index > 0 ? [{ kind: "break" } as const] : []), ...inner(line)]);
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"']+|\bmailto:[^\s<>"']+|\btel:\+?[\d\-()]+/gi;

function autolink(line: string): Inline[] {
  const nodes: Inline[] = [];
  let end = 0;
  for (const found of line.matchAll(ADDRESS)) {
    const url = trimmed(found[0]);
    if (found.index > end) nodes.push({ kind: "text", text: line.slice(end, found.index) });
    nodes.push({ kind: "link", url, nodes: [{ kind: "text", text: url.replace(/^(mailto|tel):/i, "") }] });
    end = found.index + url.length;
  }
  if (end < line.length) nodes.push({ kind: "text", text: line.slice(end) });
  return nodes;
}

/** An address without the full stop or bracket of the sentence around it. */
function trimmed(url: string): string {
  const bare = url.replace(/[.,;:!?…]+$/, "");
  return bare.endsWith(")") && !bare.includes("(") ? bare.slice(0, -1) : bare;
}

/** The words alone, for screen readers, titles and transcripts. */
export function plainText(text: string): string {
  return parseMarkdown(text)
    .map((block) => {
      if (block.kind === "code") return block.text;
      if (block.kind === "list") return block.items.map((item) => `• ${inlineText(item)}`).join("\n");
      return inlineText(block.nodes);
    })
    .join("\n");
}

function inlineText(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if (node.kind === "break") return "\n";
      return "nodes" in node ? inlineText(node.nodes) : node.text;
    })
    .join("");
}
