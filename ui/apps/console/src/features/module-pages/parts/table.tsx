/** A table of a module, with its verbs in every row. */
import type { Page } from "@gutenbot/api";
import { EmptyState, Section, TextField, useApi, useCursorList, useModule } from "@gutenbot/console";
import { ListBody } from "@gutenbot/console/grid";
import type { Column } from "@gutenbot/console/grid";
import { useDeferredValue, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { call, filled, linkTo } from "../api";
import type { PartShape, Row } from "../api";
import { RowActions } from "./actions";
import { Export } from "./export";
import { isRow, keyOf, partOf, queryOf, rowsOf } from "./data";
import { Value } from "./value";

export function TablePart({ part }: { part: PartShape }): ReactNode {
  const { t } = useTranslation();
  const { words } = useModule();
  const title = part.title ? words(part.title) : t("modulePages.list");
  const body = <Rows part={part} label={title} />;
  return part.title ? <Section title={title}>{body}</Section> : body;
}

function Rows({ part, label }: { part: PartShape; label: string }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const { name, words, values } = useModule();
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search.trim());
  const source = part.source;
  const path = source && filled(source.path, values);
  const load = async (after: string | undefined, signal?: AbortSignal): Promise<Page<Row>> => {
    if (source === null || path === null) throw new Error(t("modulePages.valueMissing"));
    const query = { ...queryOf(source, values), ...(after !== undefined && { after }), ...(wanted && { [part.search]: wanted }) };
    const answer = await call(api, source.method, source.path, { path, query, ...(signal && { signal }) });
    const next = isRow(answer) && typeof answer.next === "string" ? answer.next : null;
    return { items: rowsOf(answer), next };
  };
  const list = useCursorList<Row>(keyOf(name, source?.path, path, wanted), load);
  const columns = useMemo(
    (): Column<Row>[] =>
      part.columns.map((column) => ({
        id: column.field,
        title: words(column.title),
        cell: (row) => <Value of={partOf(row, column.field)} kind={column.kind} />,
        numeric: column.kind === "number",
        wideOnly: column.wide_only,
      })),
    [part.columns, words],
  );
  const empty = wanted ? t("modulePages.noMatch") : part.empty ? words(part.empty) : t("modulePages.nothing");
  const own = values.bot && part.link ? `/bots/${encodeURIComponent(values.bot)}/m/${name}` : `/m/${name}`;
  return (
    <>
      {part.search && <TextField label={t("modulePages.search")} value={search} onChange={setSearch} />}
      {part.export && list.items.length > 0 && <Export part={part} label={label} load={load} />}
      <ListBody
        label={label}
        list={list}
        columns={columns}
        idOf={(row) => JSON.stringify(partOf(row, part.id) ?? row)}
        {...(part.link && { linkOf: (row: Row) => linkTo(part.link, own, row, values) ?? own })}
        {...(part.actions.length > 0 && { rowActions: (row: Row) => <RowActions actions={part.actions} row={row} /> })}
        firstUse={<EmptyState kind={wanted ? "no-match" : "first-use"} title={empty} />}
      />
    </>
  );
}
