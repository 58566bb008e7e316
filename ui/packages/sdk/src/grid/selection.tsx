/** Rows that are picked, to do something with all of them: by their boxes, a range with Shift, or all that match. */
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useRef, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../kit/button";

export type Picked = {
  ids: readonly string[];
  /** All that match the filters, also those that are not on the page: `ids` are only those that are. */
  everything: boolean;
  count: number;
  clear: () => void;
};

export type Bulk<T> = {
  /** What is listed: when it changes, nothing is picked any more. */
  of: readonly unknown[];
  /** How many match the filters in all; without it only rows on the page can be picked. */
  count?: (signal: AbortSignal) => Promise<number>;
  /** What a row is called, for people who do not see it. */
  nameOf: (row: T) => string;
  /** The verbs. */
  actions: (picked: Picked) => ReactNode;
};

export type Selection = {
  has: (id: string) => boolean;
  count: number;
  /** Picks a row or leaves it; with `range` all from the one before. */
  pick: (id: string, on: boolean, range: boolean) => void;
  pickAll: (on: boolean) => void;
  everything: boolean;
  setEverything: (on: boolean) => void;
  picked: readonly string[];
};

/** What is picked of the rows that are shown; a row that goes is not picked any more. */
export function useSelection(shown: readonly string[], of: readonly unknown[]): Selection {
  const key = JSON.stringify(of);
  const [state, setState] = useState({ key, ids: new Set<string>(), everything: false });
  const last = useRef<string | null>(null);
  const now = state.key === key ? state : { key, ids: new Set<string>(), everything: false };
  const picked = now.everything ? shown : shown.filter((id) => now.ids.has(id));
  const change = (ids: Iterable<string>, everything = false) => setState({ key, ids: new Set(ids), everything });
  const pick = (id: string, on: boolean, range: boolean) => {
    const from = range && last.current !== null ? shown.indexOf(last.current) : -1;
    const to = shown.indexOf(id);
    const some = from < 0 ? [id] : shown.slice(Math.min(from, to), Math.max(from, to) + 1);
    last.current = id;
    change(on ? [...picked, ...some] : picked.filter((one) => !some.includes(one)));
  };
  return {
    has: (id) => now.everything || now.ids.has(id),
    count: picked.length,
    pick,
    pickAll: (on) => change(on ? shown : []),
    everything: now.everything,
    setEverything: (on) => change(shown, on),
    picked,
  };
}

/** The box of a row. */
export function PickBox({ label, checked, mixed, onPick }: { label: string; checked: boolean; mixed?: boolean; onPick: (on: boolean, range: boolean) => void }): ReactNode {
  const shift = useRef(false);
  return (
    <label className="gb-pick">
      <input
        type="checkbox"
        aria-label={label}
        checked={checked}
        ref={(box) => {
          if (box) box.indeterminate = mixed ?? false;
        }}
        onClick={(event) => {
          shift.current = event.shiftKey;
        }}
        onChange={(event) => onPick(event.currentTarget.checked, shift.current)}
      />
    </label>
  );
}

/** Stands at the end of a list while something is picked: how much, and what can be done with it. */
export function BulkBar<T>({ bulk, selection, hasMore }: { bulk: Bulk<T>; selection: Selection; hasMore: boolean }): ReactNode {
  const { t } = useTranslation("kit");
  const { count: ask } = bulk;
  const some = selection.count > 0;
  const matching = useQuery({ queryKey: [...bulk.of, "number"], queryFn: ({ signal }) => ask?.(signal) ?? 0, enabled: some && hasMore && ask !== undefined });
  const whole = matching.data ?? 0;
  const everything = selection.everything && hasMore;
  const count = everything ? Math.max(whole, selection.count) : selection.count;
  const clear = () => selection.pickAll(false);
  return (
    <div role="status" className="gb-bulk-status">
      {some && (
        <section className="gb-bulk" aria-label={t("bulk.region")}>
          <strong>{everything ? t("bulk.isEverything", { count }) : t("bulk.picked", { count })}</strong>
          {hasMore && !everything && whole > selection.count && (
            <Button small intent="quiet" onClick={() => selection.setEverything(true)}>
              {t("bulk.everything", { count: whole })}
            </Button>
          )}
          <span className="gb-row">{bulk.actions({ ids: selection.picked, everything, count, clear })}</span>
          <IconButton icon={X} label={t("bulk.clear")} onClick={clear} />
        </section>
      )}
    </div>
  );
}
