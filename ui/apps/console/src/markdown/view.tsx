/** Markdown as elements. Words only ever become text; addresses become links where whoever shows it says so. */
import { Banner, CodeView, Link } from "@gutenbot/console";
import type { Tone } from "@gutenbot/console";
import { createElement, Fragment, useMemo } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import "./markdown.css";
import { parseMarkdown, wordsOf } from "./parse";
import type { Block, Inline, Item } from "./parse";

/** Where a link leads: to a page of the console, or out of it; null: nowhere, its words are shown. */
export type Target = { to: string } | { href: string } | null;
export type MarkdownProps = {
  blocks: readonly Block[];
  /** Decides about each link. */
  lead?: (href: string) => Target;
  /** How much deeper than in the text headings are. */
  deeper?: number;
  /** Begins the ids of headings; without it they have none. */
  anchors?: string;
};
type Ways = Required<Omit<MarkdownProps, "blocks" | "anchors">> & { anchors: string | undefined };

/** Addresses of the web and of mail; others lead nowhere. */
export function outward(href: string): Target {
  return /^(?:https?:\/\/|mailto:)/i.test(href) ? { href } : null;
}

/** Text that somebody has written in Markdown. */
export function MarkdownText({ text, ...ways }: Omit<MarkdownProps, "blocks"> & { text: string }): ReactNode {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return (
    <div className="gb-prose" dir="auto">
      <Markdown blocks={blocks} {...ways} />
    </div>
  );
}

/** Blocks that were parsed already. */
export function Markdown({ blocks, lead = outward, deeper = 0, anchors }: MarkdownProps): ReactNode {
  return <Blocks of={blocks} ways={{ lead, deeper, anchors }} />;
}

function Blocks({ of, ways }: { of: readonly Block[]; ways: Ways }): ReactNode {
  return of.map((block, index) => <OneBlock key={index} block={block} ways={ways} />);
}

const TONES: Record<string, Tone> = { warning: "warn", caution: "warn", danger: "bad", error: "bad", tip: "good", success: "good" };

function OneBlock({ block, ways }: { block: Block; ways: Ways }): ReactNode {
  const { t } = useTranslation();
  switch (block.kind) {
    case "heading":
      return <Heading block={block} ways={ways} />;
    case "paragraph":
      return <p>{words(block.nodes, ways)}</p>;
    case "words":
      return words(block.nodes, ways);
    case "code":
      return <CodeView text={block.text} label={t("markdown.code")} />;
    case "list":
      return <List block={block} ways={ways} />;
    case "table":
      return <Table block={block} ways={ways} />;
    case "quote":
      return (
        <blockquote>
          <Blocks of={block.blocks} ways={ways} />
        </blockquote>
      );
    case "note":
      return (
        <Banner tone={TONES[block.tone] ?? "info"} {...(block.title && { title: block.title })}>
          <Blocks of={block.blocks} ways={ways} />
        </Banner>
      );
    case "rule":
      return <hr />;
  }
}

function Heading({ block, ways }: { block: Block & { kind: "heading" }; ways: Ways }): ReactNode {
  const { t } = useTranslation();
  const { anchors } = ways;
  const depth = Math.min(block.depth + ways.deeper, 6);
  if (anchors === undefined) return createElement(`h${depth}`, null, words(block.nodes, ways));
  const name = wordsOf(block.nodes);
  return createElement(
    `h${depth}`,
    { id: anchors + block.anchor, tabIndex: -1 },
    words(block.nodes, ways),
    <Link className="gb-anchor" to={`#${block.anchor}`} aria-label={t("markdown.anchor", { name })}>
      #
    </Link>,
  );
}

function List({ block, ways }: { block: Block & { kind: "list" }; ways: Ways }): ReactNode {
  const items = block.items.map((item, index) => (
    <li key={index}>
      <Checked item={item} />
      <Blocks of={item.blocks} ways={ways} />
    </li>
  ));
  return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
}

function Checked({ item }: { item: Item }): ReactNode {
  const { t } = useTranslation();
  if (item.checked === null) return null;
  return (
    <span role="img" aria-label={t(item.checked ? "markdown.done" : "markdown.open")}>
      {item.checked ? "☑ " : "☐ "}
    </span>
  );
}

function Table({ block, ways }: { block: Block & { kind: "table" }; ways: Ways }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="gb-prose-table" tabIndex={0} role="region" aria-label={t("markdown.table", { name: block.head.map(wordsOf).join(", ") })}>
      <table>
        <thead>
          <tr>
            {block.head.map((cell, index) => (
              <th key={index} scope="col">
                {words(cell, ways)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, index) => (
                <td key={index}>{words(cell, ways)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function words(nodes: readonly Inline[], ways: Ways): ReactNode {
  return nodes.map((node, index) => <Fragment key={index}>{inline(node, ways)}</Fragment>);
}

function inline(node: Inline, ways: Ways): ReactNode {
  switch (node.kind) {
    case "text":
      return node.text;
    case "code":
      return <code dir="ltr">{node.text}</code>;
    case "strong":
    case "em":
    case "del":
      return createElement(node.kind, null, words(node.nodes, ways));
    case "link":
      return <Leading to={ways.lead(node.href)}>{words(node.nodes, ways)}</Leading>;
    case "picture":
      return node.alt;
    case "break":
      return <br />;
  }
}

function Leading({ to, children }: { to: Target; children: ReactNode }): ReactNode {
  if (to === null) return children;
  if ("to" in to) return <Link to={to.to}>{children}</Link>;
  return (
    <a href={to.href} rel="noreferrer noopener">
      {children}
    </a>
  );
}
