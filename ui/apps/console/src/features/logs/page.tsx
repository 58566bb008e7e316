/** The log of a worker: as it is written, filtered, downloaded, and in more detail for a while. */
import { EmptyState, NoPermission, Page, useApi, usePermission, useQuery } from "@gutenbot/console";
import { FilterBar, SavedViews, useFilters } from "@gutenbot/console/grid";
import type { FilterField } from "@gutenbot/console/grid";
import { Download } from "lucide-react";
import { useEffect, useMemo } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePanels } from "../../shell/panels";
import "../live/live.css";
import { Levels } from "./levels";
import { LEVELS, NOTHING } from "./lines";
import type { Wanted } from "./lines";
import { LogView, useLogs } from "./view";

const EXPORT = "/api/v1/logs/download";

export default function LogsPage(): ReactNode {
  return usePermission("logs:read") ? <Logs /> : <NoPermission permission="logs:read" />;
}

function Logs(): ReactNode {
  const { t } = useTranslation("live");
  const { shown, close } = usePanels();
  const below = shown.bottom?.id;
  useEffect(() => {
    if (below === "logs") close("bottom");
  }, [below, close]);
  const { fields, filters, wanted, loggers } = useWanted();
  const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== "")).toString();
  const actions = wanted.worker === "" && (
    <a className="gb-provider" href={query ? `${EXPORT}?${query}` : EXPORT} download="log.jsonl">
      <Download size={16} aria-hidden /> {t("logs.download")}
    </a>
  );
  return (
    <Page title={t("logs.title")} purpose={t("logs.purpose")} actions={actions}>
      <SavedViews list="logs" filters={filters} />
      <FilterBar fields={fields} filters={filters} />
      <LogView wanted={wanted} empty={<EmptyState kind={filters.active > 0 ? "no-match" : "first-use"} title={t("logs.quiet")}>{filters.active > 0 ? t("logs.quietText", { level: t(`logs.name.${LEVELS.find((one) => one === wanted.level) ?? "debug"}`) }) : t("logs.quietAll")}</EmptyState>} />
      <Levels loggers={loggers} />
    </Page>
  );
}

/** Each worker has a log of its own; the one that answers asks the others. */
function useWorkers() {
  const api = useApi();
  return useQuery({ queryKey: ["log-workers"], queryFn: ({ signal }) => api.get("/api/v1/logs/workers", { signal }), refetchOnWindowFocus: false });
}

/** What is looked for stands in the address. */
function useWanted() {
  const { t } = useTranslation("live");
  const known = useLogs(EVERYTHING);
  const workers = useWorkers();
  const others = useMemo(() => (workers.data?.items ?? []).filter((name) => name !== workers.data?.this), [workers.data]);
  const loggers = useMemo(() => known.data?.loggers ?? [], [known.data]);
  const fields = useMemo(
    (): FilterField[] => [
      { name: "level", label: t("logs.level"), kind: "choice", options: LEVELS.map((level) => ({ value: level, label: t(`logs.name.${level}`) })) },
      { name: "logger", label: t("logs.logger"), kind: "choice", options: loggers.map((logger) => ({ value: logger, label: logger })) },
      ...(others.length > 0 ? [{ name: "worker", label: t("logs.ofWorker"), kind: "choice" as const, none: workers.data?.this ?? "", options: others.map((name) => ({ value: name, label: name })) }] : []),
      { name: "turn", label: t("logs.turn"), kind: "text" },
      { name: "q", label: t("logs.words"), kind: "text" },
    ],
    [t, loggers, others, workers.data?.this],
  );
  const filters = useFilters(fields);
  const { level = "", logger = "", turn = "", q = "", worker = "" } = filters.values;
  const wanted = useMemo((): Wanted => ({ level, logger, turn, q, worker }), [level, logger, turn, q, worker]);
  return { fields, filters, wanted, loggers };
}

const EVERYTHING: Wanted = NOTHING;
