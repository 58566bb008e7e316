/** Everything around the text: its state, what is wrong with it, what people say about it, what it was before, and where it is used. */
import { useSearchParams } from "@gutenbot/console";
import { useId, useRef } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Item, Problem } from "../types";
import { Checks } from "./checks";
import { Comments } from "./comments";
import { History } from "./history";
import { Results } from "./results";
import { Status } from "./status";
import type { Draft } from "./use-draft";
import { UseList } from "./usage";

const TABS = ["status", "checks", "comments", "history", "usage", "results"] as const;
type Tab = (typeof TABS)[number];

type SideProps = { item: Item; locale: string; draft: Draft; problems: readonly Problem[]; locked: boolean };

export function SidePanel({ item, locale, draft, problems, locked }: SideProps): ReactNode {
  const { t } = useTranslation("content");
  const [search, setSearch] = useSearchParams();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const tab: Tab = TABS.find((one) => one === search.get("tab")) ?? (problems.some((one) => one.severity === "error") ? "checks" : "status");
  const open = (next: Tab) =>
    setSearch(
      (now) => {
        now.set("tab", next);
        return now;
      },
      { replace: true },
    );
  const byKey = (event: KeyboardEvent) => {
    const rtl = document.dir === "rtl" ? -1 : 1;
    const by = event.key === "ArrowRight" ? rtl : event.key === "ArrowLeft" ? -rtl : 0;
    if (by === 0 || event.altKey) return;
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] ?? tab;
    open(next);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
  };
  const counts: Partial<Record<Tab, number>> = { checks: problems.length, comments: item.comments_open, usage: item.uses.length };
  return (
    <section className="gb-side" aria-label={t("side.label")}>
      <div className="gb-side-tabs" role="tablist" aria-label={t("side.label")} ref={list} onKeyDown={byKey}>
        {TABS.map((one) => (
          <button key={one} type="button" role="tab" id={`${id}-${one}`} data-tab={one} aria-selected={one === tab} aria-controls={`${id}-panel`} tabIndex={one === tab ? 0 : -1} onClick={() => open(one)}>
            {t(`side.${one}`)}
            {(counts[one] ?? 0) > 0 && <span className="gb-count">{counts[one]}</span>}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${tab}`} className="gb-side-body" tabIndex={0}>
        {tab === "status" && <Status item={item} locale={locale} locked={locked} />}
        {tab === "checks" && <Checks problems={problems} />}
        {tab === "comments" && <Comments item={item} locale={locale} locked={locked} />}
        {tab === "history" && <History item={item} locale={locale} draft={draft} locked={locked} />}
        {tab === "usage" && <UseList uses={item.uses} />}
        {tab === "results" && <Results id={item.id} />}
      </div>
    </section>
  );
}
