/** Searches the documentation: from the field one goes down into what was found. */
import { Button, EmptyState, ErrorCard, Link, Skeleton } from "@gutenbot/console";
import { FilterBar, useFilters } from "@gutenbot/console/grid";
import type { FilterField } from "@gutenbot/console/grid";
import { useMemo } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useHits } from "./api";
import { helpAddress, marked } from "./links";

/** The field, and below it what was found; without words, what is given. */
export function HelpSearch({ children }: { children: ReactNode }): ReactNode {
  const { t } = useTranslation("help");
  const fields = useMemo((): FilterField[] => [{ name: "q", label: t("search"), kind: "text", placeholder: t("searchHelp") }], [t]);
  const filters = useFilters(fields);
  const q = (filters.values.q ?? "").slice(0, 200);
  return (
    <div className="gb-stack" onKeyDown={alongLinks}>
      <FilterBar fields={fields} filters={filters} />
      {q.trim() === "" ? children : <Hits q={q} onClear={filters.clear} />}
    </div>
  );
}

function Hits({ q, onClear }: { q: string; onClear: () => void }): ReactNode {
  const { t } = useTranslation("help");
  const { t: common } = useTranslation();
  const found = useHits(q);
  if (found.error) return <ErrorCard error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton lines={6} />;
  const { items } = found.data;
  if (items.length === 0) {
    return (
      <EmptyState kind="no-match" title={t("nothing", { q })} action={<Button onClick={onClear}>{common("word.clear")}</Button>}>
        {t("nothingHelp")}
      </EmptyState>
    );
  }
  return (
    <>
      <p className="gb-unseen" role="status">
        {t("found", { count: items.length })}
      </p>
      <ol className="gb-hits">
        {items.map((hit) => (
          <li key={`${hit.name}#${hit.anchor}`}>
            <Link to={helpAddress(hit.name, hit.anchor)} data-hit>
              <bdi lang="en">
                <Marked text={hit.title} q={q} />
                {hit.heading && hit.heading !== hit.title && (
                  <>
                    {" › "}
                    <Marked text={hit.heading} q={q} />
                  </>
                )}
              </bdi>
            </Link>
            <span className="gb-faint">{t(`group.${groupOf(hit.group)}`)}</span>
            <p lang="en" dir="ltr">
              <Marked text={hit.excerpt} q={q} />
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}

function Marked({ text, q }: { text: string; q: string }): ReactNode {
  return marked(text, q).map((piece, index) => (index % 2 === 1 ? <mark key={index}>{piece}</mark> : piece));
}

const GROUPS = ["start", "how-to", "examples", "explanation", "reference"] as const;
export type HelpGroupName = (typeof GROUPS)[number];

/** The group as it is called in the person's language; one that is not known is something to look up. */
export function groupOf(name: string): HelpGroupName {
  return GROUPS.find((one) => one === name) ?? "reference";
}

/** Arrows go from the field to what was found, and from one to the next. */
function alongLinks(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const at = event.target as HTMLElement;
  const places = [...event.currentTarget.querySelectorAll<HTMLElement>("input[type=search], a[data-hit]")];
  const here = places.indexOf(at);
  const next = places[here + (event.key === "ArrowDown" ? 1 : -1)];
  if (here === -1 || next === undefined) return;
  event.preventDefault();
  next.focus();
}
