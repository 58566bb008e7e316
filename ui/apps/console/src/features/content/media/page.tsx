/** The pictures, sounds, films and files of a bot: what they show, where their middle is, and who uses them. */
import { EmptyState, ErrorCard, Skeleton, Button, useBot, useCursorList, usePermission, useSearchParams } from "@gutenbot/console";
import { FilterBar, useFilters } from "@gutenbot/console/grid";
import type { FilterField } from "@gutenbot/console/grid";
import { useMemo } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ContentFrame } from "../frame";
import type { Media } from "../types";
import { MEDIA, useMediaApi } from "./api";
import { Details } from "./details";
import { sizeWords, Thumb } from "./thumb";
import { Upload } from "./upload";

export default function MediaPage(): ReactNode {
  const { t } = useTranslation("content");
  return (
    <ContentFrame title={t("media.title")} purpose={t("media.purpose")}>
      <Grid />
    </ContentFrame>
  );
}

function Grid(): ReactNode {
  const { t, i18n } = useTranslation("content");
  const bot = useBot();
  const api = useMediaApi();
  const mayWrite = usePermission("content:write");
  const [search, setSearch] = useSearchParams();
  const fields = useMemo((): FilterField[] => [{ name: "q", label: t("media.find"), kind: "text" }], [t]);
  const filters = useFilters(fields);
  const list = useCursorList<Media>([...MEDIA(bot.id), filters.values], (after, signal) => api.list({ ...filters.values, after }, signal));
  const open = list.items.find((one) => one.id === search.get("file"));
  const show = (id: string | null) =>
    setSearch((now) => {
      if (id === null) now.delete("file");
      else now.set("file", id);
      return now;
    });
  return (
    <>
      {mayWrite && <Upload />}
      {(list.items.length > 0 || filters.active > 0) && <FilterBar fields={fields} filters={filters} />}
      {list.error && <ErrorCard error={list.error} onRetry={list.reload} />}
      {list.loading && <Skeleton lines={6} />}
      {!list.loading && !list.error && list.items.length === 0 && (
        <EmptyState kind={filters.active > 0 ? "no-match" : "first-use"} title={t(filters.active > 0 ? "media.nothing" : "media.none")}>
          {filters.active > 0 ? undefined : t("media.noneText")}
        </EmptyState>
      )}
      <ul className="gb-media" aria-label={t("media.title")}>
        {list.items.map((one) => (
          <li key={one.id}>
            <button type="button" onClick={() => show(one.id)}>
              <Thumb media={one} />
              <bdi>{one.name}</bdi>
              <span className="gb-faint">
                {sizeWords(one.size, i18n.language)}
                {Object.keys(one.alt).length === 0 && one.mime.startsWith("image/") && <> · {t("media.noAlt")}</>}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {list.hasMore && (
        <Button busy={list.loadingMore} onClick={list.loadMore}>
          {t("history.older")}
        </Button>
      )}
      {open && <Details key={`${open.id} ${open.version}`} media={open} onClose={() => show(null)} />}
    </>
  );
}
