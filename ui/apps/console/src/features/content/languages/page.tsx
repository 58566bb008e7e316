/** Which item is said in which language: a matrix, two languages side by side, and the way out to translators and back. */
import { Button, EmptyState, ErrorCard, LinkButton, SelectField, Skeleton, useBot, useCursorList, usePermission, useSearchParams } from "@gutenbot/console";
import { FilterBar, useFilters } from "@gutenbot/console/grid";
import type { FilterField } from "@gutenbot/console/grid";
import { Download, FileInput, MessageSquareX } from "lucide-react";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { addressOfItem, KEY, useContent, useFacets } from "../api";
import { ContentFrame } from "../frame";
import { ItemCell, languageName, LocaleDot } from "../states";
import type { Facets, ItemLine } from "../types";
import { ExportDialog } from "./export";
import { ImportDialog } from "./import";
import { SideBySide } from "./side-by-side";
import { WordingDialog } from "./wording";

export default function LanguagesPage(): ReactNode {
  const { t } = useTranslation("content");
  const mayWrite = usePermission("content:write");
  const mayPublish = usePermission("content:publish");
  const [open, setOpen] = useState<"import" | "export" | "wording" | null>(null);
  const actions = (
    <>
      <Button icon={MessageSquareX} onClick={() => setOpen("wording")}>
        {t("wording.title")}
      </Button>
      <Button icon={Download} onClick={() => setOpen("export")}>
        {t("languages.export")}
      </Button>
      {mayWrite && (
        <Button icon={FileInput} onClick={() => setOpen("import")}>
          {t("languages.import")}
        </Button>
      )}
    </>
  );
  return (
    <ContentFrame title={t("languages.title")} purpose={t("languages.purpose")} actions={actions}>
      <Body />
      {open === "export" && <ExportDialog onClose={() => setOpen(null)} />}
      {open === "wording" && <WordingDialog mayChange={mayPublish} onClose={() => setOpen(null)} />}
      {open === "import" && <ImportDialog onClose={() => setOpen(null)} />}
    </ContentFrame>
  );
}

function Body(): ReactNode {
  const facets = useFacets();
  const [search] = useSearchParams();
  if (facets.error && !facets.data) return <ErrorCard error={facets.error} onRetry={() => void facets.refetch()} />;
  if (!facets.data) return <Skeleton lines={8} />;
  const to = search.get("to");
  return to !== null && to !== "" ? <SideBySide facets={facets.data} from={search.get("from") ?? facets.data.default_locale} to={to} /> : <Matrix facets={facets.data} />;
}

function Matrix({ facets }: { facets: Facets }): ReactNode {
  const { t, i18n } = useTranslation("content");
  const bot = useBot();
  const content = useContent();
  const fields = useMemo(
    (): FilterField[] => [
      { name: "q", label: t("list.words"), kind: "text" },
      { name: "missing", label: t("languages.missing"), kind: "choice", options: facets.locales.map((value) => ({ value, label: languageName(value, i18n.language) })) },
      { name: "stale", label: t("languages.stale"), kind: "choice", options: facets.locales.map((value) => ({ value, label: languageName(value, i18n.language) })) },
    ],
    [t, facets.locales, i18n.language],
  );
  const filters = useFilters(fields);
  const list = useCursorList<ItemLine>([...KEY.list(bot.id), "matrix", filters.values], (after, signal) => content.list({ ...filters.values, limit: 100, after }, signal));
  return (
    <>
      <Pair facets={facets} />
      <FilterBar fields={fields} filters={filters} />
      {list.error && <ErrorCard error={list.error} onRetry={list.reload} />}
      {list.loading && <Skeleton lines={8} />}
      {!list.loading && !list.error && list.items.length === 0 && <EmptyState kind={filters.active > 0 ? "no-match" : "first-use"} title={t(filters.active > 0 ? "languages.none" : "list.none")} />}
      {list.items.length > 0 && (
        <div className="gb-matrix gb-grid-frame" tabIndex={0} role="region" aria-label={t("languages.title")}>
          <table>
            <caption className="gb-unseen">{t("languages.title")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("list.item")}</th>
                {facets.locales.map((locale) => (
                  <th key={locale} scope="col">
                    <bdi>{languageName(locale, i18n.language)}</bdi>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {list.items.map((item) => (
                <tr key={item.id}>
                  <th scope="row">
                    <ItemCell item={item} />
                  </th>
                  {facets.locales.map((locale) => (
                    <td key={locale}>
                      <Link to={addressOfItem(bot.id, item.id, { locale })}>
                        <LocaleDot locale={locale} state={item.locales.find((one) => one.locale === locale)?.state ?? "missing"} />
                        <span className="gb-unseen"> {item.id}</span>
                      </Link>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.hasMore && (
        <Button busy={list.loadingMore} onClick={list.loadMore}>
          {t("history.older")}
        </Button>
      )}
    </>
  );
}

function Pair({ facets }: { facets: Facets }): ReactNode {
  const { t, i18n } = useTranslation("content");
  const others = facets.locales.filter((one) => one !== facets.default_locale);
  const [picked, setPicked] = useState("");
  const to = picked || others[0];
  if (to === undefined) return null;
  return (
    <div className="gb-filters">
      <SelectField label={t("languages.translateTo")} value={to} onChange={setPicked} options={others.map((value) => ({ value, label: languageName(value, i18n.language) }))} />
      <LinkButton to={`?from=${encodeURIComponent(facets.default_locale)}&to=${encodeURIComponent(to)}`}>{t("languages.sideBySide")}</LinkButton>
    </div>
  );
}
