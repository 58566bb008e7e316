/** What a bot says, as a list: found by words, narrowed by what stands beside it, each item one click from its editor. */
import { Banner, Button, EmptyState, RelativeTime, Skeleton, useBot, useCursorList, usePermission, useSearchParams } from "@gutenbot/console";
import { ListBody, useFilters } from "@gutenbot/console/grid";
import type { Column, FilterField, Picked } from "@gutenbot/console/grid";
import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { addressOfItem, KEY, useContent, useFacets } from "../api";
import { ContentFrame } from "../frame";
import { Chip, ItemCell, LocaleDot, StatePill } from "../states";
import type { ItemLine } from "../types";
import { PickedItems } from "./bulk";
import { FacetTree, TREE } from "./facets";
import { FillIn } from "./fill-in";
import { NewItem } from "./new-item";

const NAMES = ["q", ...TREE, "missing", "stale", "tag", "unused", "edited_by"] as const;
const SORTS = ["-edited", "-shown", "-used", "title"] as const;

export default function ContentPage(): ReactNode {
  const { t } = useTranslation("content");
  const mayWrite = usePermission("content:write");
  const [making, setMaking] = useState<{ id: string } | null>(null);
  const actions = mayWrite && (
    <Button intent="primary" icon={Plus} onClick={() => setMaking({ id: "" })}>
      {t("list.new")}
    </Button>
  );
  return (
    <ContentFrame title={t("list.title")} purpose={t("list.purpose")} actions={actions}>
      <Body onMake={(id) => setMaking({ id })} />
      {making && <NewItem id={making.id} onClose={() => setMaking(null)} />}
    </ContentFrame>
  );
}

function Body({ onMake }: { onMake: (id: string) => void }): ReactNode {
  const { t } = useTranslation("content");
  const [search, setSearch] = useSearchParams();
  const mayWrite = usePermission("content:write");
  const facets = useFacets();
  const missing = facets.data?.missing_keys ?? [];
  const filling = search.get("view") === "fill-in";
  const view = (name: string | null) =>
    setSearch((now) => {
      if (name === null) now.delete("view");
      else now.set("view", name);
      return now;
    });
  return (
    <>
      {missing.length > 0 && !filling && (
        <Banner tone="warn" title={t("list.missingKeys", { count: missing.length })} actions={<Button small onClick={() => view("fill-in")}>{t("list.fillIn")}</Button>} />
      )}
      {filling ? (
        <FillIn keys={missing} loading={facets.isPending} mayWrite={mayWrite} onMake={onMake} onClose={() => view(null)} />
      ) : (
        <div className="gb-beside">
          {facets.isPending ? <Skeleton lines={6} /> : <FacetTree facets={facets.data} />}
          <Items onMake={onMake} />
        </div>
      )}
    </>
  );
}

function Items({ onMake }: { onMake: (id: string) => void }): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBot();
  const content = useContent();
  const mayWrite = usePermission("content:write");
  const mayPublish = usePermission("content:publish");
  const shown = useMemo(
    (): FilterField[] => [
      { name: "q", label: t("list.words"), kind: "text", placeholder: t("list.wordsHelp") },
      { name: "sort", label: t("list.sort"), kind: "choice", none: t("list.byId"), options: SORTS.map((value) => ({ value, label: t(`list.sorts.${value}`) })) },
    ],
    [t],
  );
  const all = useMemo((): FilterField[] => [...NAMES, "sort"].map((name) => ({ name, label: name, kind: "text" })), []);
  const filters = useFilters(all);
  const { sort: _, ...narrowed } = filters.values;
  const bulk = {
    of: [...KEY.list(bot.id), filters.values],
    count: async (signal: AbortSignal) => (await content.ids(narrowed, signal)).items.length,
    nameOf: (one: ItemLine) => one.id,
    actions: (picked: Picked) => <PickedItems picked={picked} query={narrowed} />,
  };
  const list = useCursorList<ItemLine>([...KEY.list(bot.id), filters.values], (after, signal) => content.list({ ...filters.values, limit: 100, after }, signal));
  return (
    <ListBody
      label={t("list.title")}
      list={list}
      columns={useColumns()}
      idOf={(one) => one.id}
      linkOf={(one) => addressOfItem(bot.id, one.id, localeOf(filters.values))}
      fields={shown}
      filters={filters}
      views="content"
      bulk={mayPublish ? bulk : undefined}
      firstUse={
        <EmptyState kind="first-use" title={t("list.none")} action={mayWrite && <Button intent="primary" onClick={() => onMake("")}>{t("list.new")}</Button>}>
          {t("list.noneText")}
        </EmptyState>
      }
    />
  );
}

/** Whoever looks for what a language lacks wants to write in it. */
function localeOf(values: Record<string, string>): Record<string, string> {
  const locale = values.missing ?? values.stale ?? "";
  const wanted = locale === "" ? (values.locale ?? "") : locale;
  return wanted === "" ? {} : { locale: wanted };
}

function useColumns(): Column<ItemLine>[] {
  const { t } = useTranslation("content");
  return useMemo(
    () => [
      { id: "id", title: t("list.item"), cell: (one) => <ItemCell item={one} />, width: 22 },
      { id: "locales", title: t("list.languages"), cell: (one) => <Locales item={one} /> },
      { id: "state", title: t("list.state"), cell: (one) => <StatePill state={one.state} /> },
      { id: "source", title: t("list.source"), cell: (one) => <Chip source={{ kind: one.source.kind, place: "" }} />, wideOnly: true },
      { id: "type", title: t("list.type"), cell: (one) => one.type, wideOnly: true, hidden: true },
      { id: "used", title: t("list.used"), cell: (one) => one.used_by, numeric: true, wideOnly: true },
      { id: "shown", title: t("list.shown"), cell: (one) => one.shown_7d, numeric: true, wideOnly: true },
      { id: "variants", title: t("list.variants"), cell: (one) => one.variants, numeric: true, hidden: true },
      { id: "clicked", title: t("list.clicked"), cell: (one) => one.clicked_7d, numeric: true, hidden: true },
      { id: "edited", title: t("list.edited"), cell: (one) => <RelativeTime at={one.edited?.at} />, wideOnly: true },
    ],
    [t],
  );
}

function Locales({ item }: { item: ItemLine }): ReactNode {
  return (
    <span className="gb-locales">
      {item.locales.map((one) => (
        <LocaleDot key={one.locale} {...one} />
      ))}
    </span>
  );
}
