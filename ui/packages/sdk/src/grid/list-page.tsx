/** The body of every page with a list: filters, then the table, or why there is none. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CursorList } from "../hooks/list";
import { Button } from "../kit/button";
import { EmptyState, ErrorCard, Skeleton } from "../kit/feedback";
import { FilterBar } from "./filters";
import type { FilterField, useFilters } from "./filters";
import { DataGrid } from "./grid";
import type { GridProps } from "./grid";
import { BulkBar, useSelection } from "./selection";
import type { Bulk } from "./selection";
import { SavedViews } from "./views";

export type ListBodyProps<T extends object> = Omit<GridProps<T>, "rows" | "hasMore" | "loadingMore" | "onMore" | "selection" | "nameOf"> & {
  list: CursorList<T>;
  fields?: readonly FilterField[];
  filters?: ReturnType<typeof useFilters>;
  /** Under this name people save views of the list. */
  views?: string;
  /** What can be done with many rows at once. */
  bulk?: Bulk<T> | undefined;
  /** Shown when there is nothing yet at all. */
  firstUse: ReactNode;
};

export function ListBody<T extends object>({ list, fields = [], filters, views, bulk, firstUse, ...grid }: ListBodyProps<T>): ReactNode {
  const selection = useSelection(bulk ? list.items.map(grid.idOf) : [], bulk?.of ?? []);
  const picking = bulk && { selection, nameOf: bulk.nameOf };
  return (
    <div className="gb-list">
      {filters && views !== undefined && <SavedViews list={views} filters={filters} />}
      {filters && fields.length > 0 && (list.items.length > 0 || filters.active > 0 || list.loading) && <FilterBar fields={fields} filters={filters} />}
      {list.error && <ErrorCard error={list.error} onRetry={list.reload} asOf={list.items.length > 0 ? list.at : undefined} />}
      <Rows list={list} filters={filters} firstUse={firstUse} grid={{ ...grid, ...picking }} />
      {bulk && <BulkBar bulk={bulk} selection={selection} hasMore={list.hasMore} />}
    </div>
  );
}

type RowsProps<T extends object> = {
  list: CursorList<T>;
  filters: ReturnType<typeof useFilters> | undefined;
  firstUse: ReactNode;
  grid: Omit<GridProps<T>, "rows" | "hasMore" | "loadingMore" | "onMore">;
};

function Rows<T extends object>({ list, filters, firstUse, grid }: RowsProps<T>): ReactNode {
  const { t } = useTranslation("kit");
  if (list.items.length > 0) {
    return <DataGrid {...grid} rows={list.items} hasMore={list.hasMore} loadingMore={list.loadingMore} onMore={list.loadMore} />;
  }
  if (list.error) return null;
  if (list.loading) return <Skeleton lines={8} />;
  if (filters && filters.active > 0) {
    return (
      <EmptyState kind="no-match" title={t("filters.none")} action={<Button onClick={filters.clear}>{t("filters.clear")}</Button>}>
        {t("filters.noneHelp")}
      </EmptyState>
    );
  }
  return firstUse;
}
