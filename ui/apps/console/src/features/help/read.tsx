/** One page of the documentation, with what is on it, and the pages before and after it. */
import { EmptyState, ErrorCard, Link, LinkButton, Page, Problem, Skeleton, useParams } from "@gutenbot/console";
import { ArrowLeft, ArrowRight, Search } from "lucide-react";
import { useEffect, useMemo } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { parseMarkdown, wordsOf } from "../../markdown/parse";
import type { Block } from "../../markdown/parse";
import { Markdown } from "../../markdown/view";
import { useContents, useHelpPage } from "./api";
import "./help.css";
import { helpAddress, leadFrom } from "./links";
import { groupOf } from "./search";

/** Begins the ids of headings, so that none is that of something else. */
const ANCHORS = "help-";

export default function HelpReadPage(): ReactNode {
  const { t } = useTranslation("help");
  const { "*": name = "" } = useParams();
  const found = useHelpPage(name);
  const contents = useContents();
  const all = useMemo(() => contents.data?.groups.flatMap((group) => group.pages) ?? [], [contents.data]);
  const here = all.findIndex((one) => one.name === name);
  const actions = <LinkButton to="/help" icon={Search}>{t("all")}</LinkButton>;
  return (
    <Page title={found.data?.title ?? t("documentation")} purpose={found.data && t(`group.${groupOf(found.data.group)}`)} actions={actions}>
      {found.error && (isGone(found.error) ? <EmptyState kind="no-match" title={t("gone")} action={<LinkButton to="/help">{t("all")}</LinkButton>} /> : <ErrorCard error={found.error} onRetry={() => void found.refetch()} />)}
      {found.isPending && <Skeleton lines={12} />}
      {found.data && <Text name={name} text={found.data.text} pages={all} />}
      {found.data && here >= 0 && <Beside before={all[here - 1]} after={all[here + 1]} />}
    </Page>
  );
}

function isGone(error: unknown): boolean {
  return error instanceof Problem && error.code === "help.unknown-page";
}

type Line = { name: string; title: string };

function Text({ name, text, pages }: { name: string; text: string; pages: readonly Line[] }): ReactNode {
  const blocks = useMemo(() => withoutTitle(parseMarkdown(text)), [text]);
  const lead = useMemo(() => leadFrom(name, new Set(pages.map((one) => one.name))), [name, pages]);
  useAnchor(blocks);
  return (
    <div className="gb-help-read">
      <OnThisPage blocks={blocks} />
      <article className="gb-prose" lang="en" dir="ltr">
        <Markdown blocks={blocks} lead={lead} anchors={ANCHORS} />
      </article>
    </div>
  );
}

/** The title stands over the page already. */
function withoutTitle(blocks: Block[]): Block[] {
  const [first, ...others] = blocks;
  return first?.kind === "heading" && first.depth === 1 ? others : blocks;
}

function OnThisPage({ blocks }: { blocks: readonly Block[] }): ReactNode {
  const { t } = useTranslation("help");
  const headings = blocks.flatMap((block) => (block.kind === "heading" && block.depth === 2 ? [block] : []));
  if (headings.length < 2) return null;
  return (
    <nav className="gb-help-toc" aria-label={t("onThisPage")}>
      <strong>{t("onThisPage")}</strong>
      <ul lang="en">
        {headings.map((heading) => (
          <li key={heading.anchor}>
            <Link to={`#${heading.anchor}`}>
              <bdi>{wordsOf(heading.nodes)}</bdi>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Goes to the heading that the address names, once it is there, and each time that it is asked for. */
function useAnchor(blocks: readonly Block[]): void {
  const { hash, key } = useLocation();
  useEffect(() => {
    if (hash.length < 2) return;
    const heading = document.getElementById(ANCHORS + decoded(hash.slice(1)));
    heading?.scrollIntoView({ block: "start" });
    heading?.focus({ preventScroll: true });
  }, [hash, key, blocks]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function Beside({ before, after }: { before: Line | undefined; after: Line | undefined }): ReactNode {
  const { t } = useTranslation("help");
  return (
    <nav className="gb-help-beside" aria-label={t("beside")}>
      {before && (
        <Link to={helpAddress(before.name)} rel="prev">
          <ArrowLeft size={16} aria-hidden className="gb-mirror" />
          <span className="gb-unseen">{t("before")}</span> <bdi lang="en">{before.title}</bdi>
        </Link>
      )}
      {after && (
        <Link to={helpAddress(after.name)} rel="next">
          <span className="gb-unseen">{t("after")}</span> <bdi lang="en">{after.title}</bdi>
          <ArrowRight size={16} aria-hidden className="gb-mirror" />
        </Link>
      )}
    </nav>
  );
}
