/** @jsxImportSource preact */
/** Turns the parsed Markdown subset into elements. Data only ever becomes text nodes and checked addresses. */

import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { usePanel } from "../components/context";
import type { Block, Inline } from "./markdown";
import { parseMarkdown, parsePlain } from "./markdown";
import { safeLink } from "./urls";

export function Prose({ text, markdown }: { text: string; markdown: boolean }): JSX.Element {
  const { base } = usePanel();
  const blocks = useMemo(() => (markdown ? parseMarkdown(text) : parsePlain(text)), [text, markdown]);
  return <div class="prose">{blocks.map((block, index) => viewBlock(block, index, base))}</div>;
}

function viewBlock(block: Block, key: number, base: string): JSX.Element {
  if (block.kind === "paragraph") return <p key={key} dir="auto">{viewInline(block.nodes, base)}</p>;
  if (block.kind === "code") return <pre key={key} dir="ltr" tabIndex={0}><code>{block.text}</code></pre>;
  const items = block.items.map((item, index) => <li key={index} dir="auto">{viewInline(item, base)}</li>);
  return block.ordered ? <ol key={key} start={block.start} dir="auto">{items}</ol> : <ul key={key} dir="auto">{items}</ul>;
}

function viewInline(nodes: readonly Inline[], base: string): (JSX.Element | string)[] {
  return nodes.map((node, key) => {
    switch (node.kind) {
      case "text":
        return node.text;
      case "code":
        return <code key={key}>{node.text}</code>;
      case "break":
        return <br key={key} />;
      case "bold":
        return <strong key={key}>{viewInline(node.nodes, base)}</strong>;
      case "italic":
        return <em key={key}>{viewInline(node.nodes, base)}</em>;
      case "link":
        return <SafeLink key={key} url={node.url} base={base}>{viewInline(node.nodes, base)}</SafeLink>;
    }
  });
}

function SafeLink({ url, base, children }: { url: string; base: string; children: (JSX.Element | string)[] }): JSX.Element {
  const href = safeLink(url, base);
  if (href === null) return <span>{children}</span>;
  return <a href={href} target="_blank" rel="noopener noreferrer nofollow">{children}</a>;
}
