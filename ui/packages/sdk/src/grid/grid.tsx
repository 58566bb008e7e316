/** Tables of things: sticky head, columns that can be hidden, rows that are links, keyboard, and only the rows in sight in the document. */
import { columnVisibilityFeature, createColumnHelper, tableFeatures, useTable } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Columns3 } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { usePreferences } from "../hooks/context";
import { Button, IconButton } from "../kit/button";
import { Menu } from "../kit/overlays";
import { useShortcut } from "../shortcuts/shortcuts";
import { PickBox } from "./selection";
import type { Selection } from "./selection";

export type Column<T> = {
  id: string;
  title: string;
  cell: (row: T) => ReactNode;
  /** Numbers stand at the end of their column. */
  numeric?: boolean;
  /** Not shown until it is chosen. */
  hidden?: boolean;
  /** How wide it is at least, in `ch`. */
  width?: number;
  /** Left out on narrow screens. */
  wideOnly?: boolean;
};

export type GridProps<T> = {
  /** What the table lists, for people who do not see it. */
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  idOf: (row: T) => string;
  /** The page of a row; its first cell is the link. */
  linkOf?: (row: T) => string;
  /** Verbs at the end of a row. */
  rowActions?: (row: T) => ReactNode;
  hasMore?: boolean;
  loadingMore?: boolean;
  onMore?: () => void;
  /** Rows can be picked. */
  selection?: Selection;
  /** What a row is called, where it can be picked. */
  nameOf?: (row: T) => string;
};

const features = tableFeatures({ columnVisibilityFeature });
const VIRTUAL_FROM = 120;

export function DataGrid<T extends object>({ label, rows, columns, idOf, linkOf, rowActions, hasMore, loadingMore, onMore, selection, nameOf = idOf }: GridProps<T>): ReactNode {
  const { t } = useTranslation("kit");
  const made = useMemo(() => {
    const helper = createColumnHelper<typeof features, T>();
    return columns.map((one) => helper.display({ id: one.id, header: one.title, cell: ({ row }) => one.cell(row.original) }));
  }, [columns]);
  const [columnVisibility, setVisible] = useState<Record<string, boolean>>(() => Object.fromEntries(columns.map((one) => [one.id, one.hidden !== true])));
  const table = useTable({
    features,
    columns: made,
    data: rows,
    getRowId: idOf,
    state: { columnVisibility },
    onColumnVisibilityChange: setVisible,
  });
  const frame = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const lines = table.getRowModel().rows;
  const shown = columns.filter((one) => columnVisibility[one.id] !== false);
  const slice = useSlice(frame, lines.length);
  useRowKeys(body, lines.length, (index) => {
    const row = lines[index]?.original;
    return row && linkOf ? linkOf(row) : undefined;
  });
  usePickKey(
    selection &&
      ((index) => {
        const id = lines[index]?.id;
        if (id !== undefined) selection.pick(id, !selection.has(id), false);
      }),
  );
  return (
    <div className="gb-grid">
      <div className="gb-grid-tools">
        <Menu
          entries={columns.map((one) => ({
            label: one.title,
            checked: columnVisibility[one.id] !== false,
            disabled: shown.length === 1 && shown[0]?.id === one.id,
            onClick: () => setVisible((now) => ({ ...now, [one.id]: now[one.id] === false })),
          }))}
        >
          <IconButton icon={Columns3} label={t("grid.columns")} />
        </Menu>
      </div>
      <div className="gb-grid-frame" ref={frame} tabIndex={0} role="region" aria-label={label}>
        <table aria-rowcount={hasMore ? -1 : lines.length + 1}>
          <caption className="gb-unseen">{label}</caption>
          <thead>
            <tr aria-rowindex={1}>
              {selection && (
                <th scope="col" className="gb-grid-pick">
                  <PickBox label={t("bulk.pickAll")} checked={selection.count === lines.length} mixed={selection.count > 0 && selection.count < lines.length} onPick={selection.pickAll} />
                </th>
              )}
              {shown.map((one) => (
                <th key={one.id} scope="col" data-numeric={one.numeric ? "" : undefined} data-wide={one.wideOnly ? "" : undefined} style={one.width ? { minWidth: `min(${one.width}ch, 45vw)` } : undefined}>
                  {one.title}
                </th>
              ))}
              {rowActions && (
                <th scope="col">
                  <span className="gb-unseen">{t("grid.actions")}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody ref={body}>
            {slice.before > 0 && <tr aria-hidden style={{ height: slice.before }} />}
            {lines.slice(slice.first, slice.end).map((line, offset) => (
              <tr key={line.id} aria-rowindex={slice.first + offset + 2} data-index={slice.first + offset} data-picked={selection?.has(line.id) ? "" : undefined} ref={slice.measure}>
                {selection && (
                  <td className="gb-grid-pick">
                    <PickBox label={t("bulk.pick", { row: nameOf(line.original) })} checked={selection.has(line.id)} onPick={(on, range) => selection.pick(line.id, on, range)} />
                  </td>
                )}
                {shown.map((one, index) => (
                  <td key={one.id} data-numeric={one.numeric ? "" : undefined} data-wide={one.wideOnly ? "" : undefined}>
                    {index === 0 && linkOf ? <Link to={linkOf(line.original)}>{isolated(one.cell(line.original))}</Link> : isolated(one.cell(line.original))}
                  </td>
                ))}
                {rowActions && <td className="gb-grid-row-actions">{rowActions(line.original)}</td>}
              </tr>
            ))}
            {slice.after > 0 && <tr aria-hidden style={{ height: slice.after }} />}
          </tbody>
        </table>
      </div>
      {hasMore && (
        <div className="gb-grid-more">
          <Button busy={loadingMore ?? false} onClick={() => onMore?.()}>
            {t("grid.more")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Words stand in their own direction of writing; the cell keeps that of the page. */
function isolated(content: ReactNode): ReactNode {
  return typeof content === "string" ? <bdi>{content}</bdi> : content;
}

type Slice = { first: number; end: number; before: number; after: number; measure?: (row: HTMLTableRowElement | null) => void };

/** The rows in sight of a long table; short ones are there as a whole. */
function useSlice(frame: React.RefObject<HTMLDivElement | null>, count: number): Slice {
  const [preferences] = usePreferences();
  const virtual = useVirtualizer({
    count,
    enabled: count > VIRTUAL_FROM,
    getScrollElement: () => frame.current,
    estimateSize: () => (preferences.density === "compact" ? 32 : 44),
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const first = items[0];
  const last = items[items.length - 1];
  if (count <= VIRTUAL_FROM || first === undefined || last === undefined) return { first: 0, end: Math.min(count, VIRTUAL_FROM), before: 0, after: 0 };
  return { first: first.index, end: last.index + 1, before: first.start, after: virtual.getTotalSize() - last.end, measure: virtual.measureElement };
}

/** `j` and `k` move from row to row, Enter opens the one that has the focus. */
function useRowKeys(body: React.RefObject<HTMLTableSectionElement | null>, count: number, linkOf: (index: number) => string | undefined): void {
  const { t } = useTranslation("kit");
  const navigate = useNavigate();
  const move = (step: number) => {
    const links = [...(body.current?.querySelectorAll<HTMLElement>("tr[data-index] :is(a, button, input)") ?? [])];
    const rows = [...new Set(links.map((link) => link.closest("tr")))];
    const now = rows.findIndex((row) => row?.contains(document.activeElement));
    const next = rows[Math.min(rows.length - 1, Math.max(0, now + step))];
    (next?.querySelector<HTMLElement>("a, button") ?? next?.querySelector("input"))?.focus();
  };
  const section = t("grid.section");
  useShortcut(count > 0 ? { id: "grid.next", keys: "j", label: t("grid.next"), section } : null, () => move(1));
  useShortcut(count > 0 ? { id: "grid.previous", keys: "k", label: t("grid.previous"), section } : null, () => move(-1));
  useShortcut(count > 0 ? { id: "grid.open", keys: "o", label: t("grid.open"), section } : null, () => {
    const row = document.activeElement?.closest("tr[data-index]");
    const to = row ? linkOf(Number(row.getAttribute("data-index"))) : undefined;
    if (to !== undefined) void navigate(to);
  });
}

/** `x` picks the row that has the focus, or leaves it. */
function usePickKey(pick: ((index: number) => void) | undefined): void {
  const { t } = useTranslation("kit");
  useShortcut(pick ? { id: "grid.pick", keys: "x", label: t("bulk.toggle"), section: t("grid.section") } : null, () => {
    const row = document.activeElement?.closest("tr[data-index]");
    if (row) pick?.(Number(row.getAttribute("data-index")));
  });
}
