/** Who did what, when, from where. Nothing here can be changed, and a gap would be found. */
import type { AuditLine } from "@gutenbot/api";
import { Banner, Button, DiffView, EmptyState, ExactTime, Facts, NoPermission, Page, useApi, useCursorList, usePermission, useSearchParams, useWrite } from "@gutenbot/console";
import { ListBody, useFilters } from "@gutenbot/console/grid";
import type { Column, FilterField } from "@gutenbot/console/grid";
import { Download, ListChecks, ShieldCheck } from "lucide-react";
import { useEffect, useMemo } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePanels } from "../../shell/panels";
import { useAuditWords } from "./sentences";

const EXPORT = "/api/v1/audit/export";

export default function AuditPage(): ReactNode {
  const { t } = useTranslation();
  const mayRead = usePermission("audit:read");
  const filters = useAuditFilters();
  if (!mayRead) return <NoPermission permission="audit:read" />;
  const query = new URLSearchParams(Object.entries(filters.filters.values).filter(([, value]) => value !== "")).toString();
  const actions = (
    <>
      <Check />
      <AsJob query={query} />
      <a className="gb-provider" href={query ? `${EXPORT}?${query}` : EXPORT} download="audit.jsonl">
        <Download size={16} aria-hidden /> {t("audit.export")}
      </a>
    </>
  );
  return (
    <Page title={t("pages.audit")} purpose={t("audit.purpose")} actions={actions}>
      <Lines {...filters} />
    </Page>
  );
}

function useAuditFilters() {
  const { t } = useTranslation();
  const fields = useMemo(
    (): FilterField[] => [
      { name: "q", label: t("audit.words"), kind: "text" },
      { name: "actor", label: t("audit.actor"), kind: "text" },
      { name: "verb", label: t("audit.verb"), kind: "text" },
      { name: "object", label: t("audit.object"), kind: "text" },
      { name: "from", label: t("audit.from"), kind: "date" },
      { name: "to", label: t("audit.to"), kind: "date" },
    ],
    [t],
  );
  return { fields, filters: useFilters(fields) };
}

function Lines({ fields, filters }: ReturnType<typeof useAuditFilters>): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const [search, setSearch] = useSearchParams();
  const { show, close } = usePanels();
  const words = useAuditWords();
  const list = useCursorList(["audit", filters.values], (after, signal) => api.get("/api/v1/audit", { query: { limit: 100, ...momentsOf(filters.values), ...(after && { after: Number(after) }) }, signal }));
  const picked = search.get("entry");
  const line = list.items.find((one) => one.id === picked);
  useEffect(() => {
    if (line) show("end", { id: line.id, title: t("audit.entry"), content: <Entry line={line} /> });
  }, [line, show, t]);
  useEffect(() => () => close("end"), [close]);
  const columns = useMemo(
    (): Column<AuditLine>[] => [
      { id: "what", title: t("audit.what"), cell: (one) => words(one) },
      { id: "actor", title: t("audit.actor"), cell: (one) => one.actor.name, wideOnly: true },
      { id: "at", title: t("audit.at"), cell: (one) => <ExactTime at={one.at} /> },
      { id: "verb", title: t("audit.verb"), cell: (one) => <code>{one.verb}</code>, hidden: true },
      { id: "object", title: t("audit.object"), cell: (one) => <code>{one.object}</code>, wideOnly: true },
      { id: "address", title: t("audit.address"), cell: (one) => <span dir="ltr">{one.address}</span>, wideOnly: true },
    ],
    [t, words],
  );
  const linkOf = (one: AuditLine) => {
    const next = new URLSearchParams(search);
    next.set("entry", one.id);
    return `?${next.toString()}`;
  };
  return (
    <>
      {picked && !line && !list.loading && (
        <Banner tone="warn" actions={<Button small onClick={() => setSearch({})}>{t("word.clear")}</Button>}>
          {t("audit.notHere")}
        </Banner>
      )}
      <ListBody label={t("pages.audit")} list={list} columns={columns} idOf={(one) => one.id} linkOf={linkOf} fields={fields} filters={filters} views="audit" firstUse={<EmptyState kind="first-use" title={t("audit.none")} />} />
    </>
  );
}

/** The last day counts as a whole. */
function momentsOf(values: Record<string, string>): Record<string, string> {
  const { from, to, ...others } = values;
  const day = (text: string, days: number) => {
    const start = new Date(`${text}T00:00:00`);
    start.setDate(start.getDate() + days);
    return start.toISOString();
  };
  return { ...others, ...(from && { from: day(from, 0) }), ...(to && { to: day(to, 1) }) };
}

function Entry({ line }: { line: AuditLine }): ReactNode {
  const { t } = useTranslation();
  const words = useAuditWords()(line);
  return (
    <div className="gb-stack">
      <p dir="auto">{words}</p>
      {words !== line.what && (
        <p className="gb-faint" lang="en" dir="ltr">
          {line.what}
        </p>
      )}
      <Facts
        of={[
          [t("audit.actor"), `${line.actor.name} (${line.actor.kind})`],
          [t("audit.at"), <ExactTime key="at" at={line.at} />],
          [t("audit.verb"), <code key="verb">{line.verb}</code>],
          [t("audit.object"), <code key="object">{line.object_id ? `${line.object} ${line.object_id}` : line.object}</code>],
          [t("audit.address"), <span key="address" dir="ltr">{line.address || "–"}</span>],
          [t("audit.id"), <code key="id">{line.id}</code>],
        ]}
      />
      <DiffView before={readable(line.before)} after={readable(line.after)} label={t("audit.change")} />
    </div>
  );
}

function readable(value: unknown): string {
  return value === null || value === undefined ? "" : JSON.stringify(value, null, 2);
}

/** A long log is written into a file by a job. */
function AsJob({ query }: { query: string }): ReactNode {
  const { t } = useTranslation("live");
  const api = useApi();
  const start = useWrite({
    run: (filters: string, key) => api.post("/api/v1/audit/exports", { query: momentsOf(Object.fromEntries(new URLSearchParams(filters))), idempotencyKey: key }),
    changes: [["jobs"]],
    done: () => t("export.started"),
  });
  return (
    <Button icon={ListChecks} busy={start.isPending} onClick={() => start.mutate(query)}>
      {t("export.big")}
    </Button>
  );
}

function Check(): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const check = useWrite({
    run: () => api.get("/api/v1/audit/check"),
    done: (found) => (found.ok ? t("audit.good", { checked: found.checked }) : t("audit.broken", { at: found.broken_at ?? 0 })),
  });
  return (
    <Button icon={ShieldCheck} busy={check.isPending} onClick={() => check.mutate()}>
      {t("audit.check")}
    </Button>
  );
}
