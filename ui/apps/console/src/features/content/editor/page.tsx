/** One item: its form, how it will look on every channel, and everything around it: state, checks, comments, history, usage. */
import { Banner, Button, EmptyState, ErrorCard, LinkButton, NoPermission, Page, Skeleton, useBotOrNone, useParams, usePermission, useQuery, useQueryClient, useSearchParams, useSession } from "@gutenbot/console";
import { Problem } from "@gutenbot/api";
import { Split } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import type { FocusEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NoBot } from "../../../shell/no-bot";
import { KEY, useContent, useFacets, useTypes } from "../api";
import { partsOf, valueOf } from "../model/value";
import { split } from "../model/variants";
import { PreviewPane } from "../preview/pane";
import { Chip, StatePill } from "../states";
import type { Item, Json } from "../types";
import "../content.css";
import { OnlyYaml } from "./bubble-body";
import { Bubbles } from "./bubbles";
import { ClashDialog } from "./clash";
import { ConflictView } from "./conflict";
import { EditingProvider } from "./context";
import { pathOf } from "./focus";
import { Languages } from "./languages";
import { Leaving } from "./leaving";
import { usePresence } from "./presence";
import { SidePanel } from "./side";
import { Toolbar } from "./toolbar";
import { TypedForm } from "./typed-form";
import { useChecks } from "./use-checks";
import { Variants } from "./variants";
import { startOf, useDraft } from "./use-draft";
import type { Draft } from "./use-draft";
import { YamlPane } from "./yaml-pane";

const NO_NAMES = { names: [], filters: [] };

export default function ItemPage(): ReactNode {
  const bot = useBotOrNone();
  const mayRead = usePermission("content:read");
  const { item = "" } = useParams();
  if (!mayRead) return <NoPermission permission="content:read" />;
  if (!bot) return <NoBot />;
  return <Loaded key={`${bot.id} ${item}`} id={item} />;
}

function Loaded({ id }: { id: string }): ReactNode {
  const { t } = useTranslation("content");
  const content = useContent();
  const [search] = useSearchParams();
  const facets = useFacets();
  const item = useQuery({ queryKey: KEY.item(content.bot, id), queryFn: ({ signal }) => content.item(id, signal) });
  if (item.error && !item.data) {
    const gone = item.error instanceof Problem && item.error.status === 404;
    return (
      <Page title={id}>
        {gone ? <EmptyState kind="no-match" title={t("editor.gone")} action={<LinkButton to={`/bots/${encodeURIComponent(content.bot)}/content`}>{t("editor.toList")}</LinkButton>} /> : <ErrorCard error={item.error} onRetry={() => void item.refetch()} />}
      </Page>
    );
  }
  if (!item.data) {
    return (
      <Page title={id}>
        <Skeleton lines={8} />
      </Page>
    );
  }
  const locales = localesOf(item.data, facets.data?.locales ?? []);
  const wanted = search.get("locale");
  const locale = wanted ?? (locales.includes(facets.data?.default_locale ?? "") ? facets.data?.default_locale : undefined) ?? locales[0] ?? "en";
  return <Editor key={locale} item={item.data} locale={locale} locales={locales.includes(locale) ? locales : [...locales, locale]} />;
}

function localesOf(item: Item, others: readonly string[]): string[] {
  return [...new Set([...others, ...Object.keys(item.locales)])];
}

type View = "form" | "yaml";

function Editor({ item, locale, locales }: { item: Item; locale: string; locales: readonly string[] }): ReactNode {
  const { t } = useTranslation("content");
  const content = useContent();
  const session = useSession();
  const mayWrite = usePermission("content:write", { language: locale });
  const facets = useFacets();
  const overrides = facets.data?.overrides ?? "allowed";
  const locked = !mayWrite || item.archived || session.viewing_as !== null || overrides === "locked";
  const draft = useDraft(item, locale);
  const names = useQuery({ queryKey: [...KEY.all(content.bot), "names", item.id], queryFn: () => content.names(item.id), staleTime: 60_000 });
  const types = useTypes();
  const problems = useChecks(item, locale, draft);
  const [view, setView] = useState<View>("form");
  const [field, setField] = useState<string | null>(null);
  const others = usePresence(item.id, field);
  const text = item.locales[locale];
  const value = draft.value;
  const parts = useMemo(() => partsOf(value), [value]);
  const base = parts.shape === "about" ? "entries" : "";
  const pathOfBubble = useCallback((index: number) => (base === "" ? String(index) : `${base}.${index}`), [base]);
  const schema = types.data?.find((one) => one.name === item.type)?.schema;
  const editing = useMemo(() => ({ item, locale, names: names.data ?? NO_NAMES, problems, others, locked }), [item, locale, names.data, problems, others, locked]);
  // What cannot be read as a value is mended where it was written.
  const unreadable = (value === undefined || value === null) && !("yaml" in draft.written) && startOf(text).yaml.trim() !== "";
  const shown = unreadable ? "yaml" : view;
  const write = (next: Json) => draft.change({ value: next });
  const focused = (event: FocusEvent) => setField(pathOf(event.target));
  return (
    <EditingProvider value={editing}>
      <Page title={item.title || item.id} purpose={<Purpose item={item} locale={locale} />} actions={<Toolbar draft={draft} locked={locked} others={others} />}>
        {overrides === "locked" && <Banner tone="info" title={t("editor.locked")}>{t("editor.lockedText")}</Banner>}
        <Notices item={item} locale={locale} draft={draft} />
        {text?.conflict && <ConflictView conflict={text.conflict} version={draft.version} locale={locale} onDone={draft.adopt} />}
        <div className="gb-editor" onFocus={focused}>
          <section className="gb-editor-form" aria-label={t("editor.form")}>
            <Languages item={item} locale={locale} locales={locales} flush={draft.flush} />
            <ViewSwitch id={item.id} view={shown} onView={setView} draft={draft} />
            {shown === "yaml" ? (
              <YamlPane key={draft.adoptions} draft={draft} text={text} problems={problems} locked={locked} />
            ) : parts.shape === "typed" ? (
              schema ? <TypedForm schema={schema} value={parts.about} onChange={write} /> : types.isPending ? <Skeleton lines={4} /> : <OnlyYaml />
            ) : parts.shape === "variants" ? (
              <Variants about={parts.about} onChange={write} />
            ) : (
              <>
                <Bubbles entries={parts.entries} path={pathOfBubble} onChange={(entries) => write(valueOf(parts, entries))} />
                {!locked && parts.entries.length > 0 && (
                  <Button intent="quiet" icon={Split} onClick={() => write(split(parts))}>
                    {t("variants.make")}
                  </Button>
                )}
              </>
            )}
          </section>
          <PreviewPane written={draft.written} type={item.type} active={bubbleOf(field, base)} pathOf={pathOfBubble} />
          <SidePanel item={item} locale={locale} draft={draft} problems={problems} locked={locked} />
        </div>
        {draft.clash && <ClashDialog clash={draft.clash} onSettle={draft.settle} />}
        <Leaving draft={draft} />
      </Page>
    </EditingProvider>
  );
}

function bubbleOf(field: string | null, base: string): number | null {
  const steps = (field ?? "").split(".");
  const n = Number(base === "" ? steps[0] : steps[1]);
  return field === null || field === "" || Number.isNaN(n) ? null : n;
}

function Purpose({ item, locale }: { item: Item; locale: string }): ReactNode {
  return (
    <span className="gb-row">
      {item.title !== "" && item.title !== item.id && <code dir="ltr">{item.id}</code>}
      <Chip source={item.source} />
      <StatePill state={item.archived ? "archived" : (item.locales[locale]?.state ?? "missing")} />
    </span>
  );
}

function Notices({ item, locale, draft }: { item: Item; locale: string; draft: Draft }): ReactNode {
  const { t } = useTranslation("content");
  const text = item.locales[locale];
  return (
    <>
      {draft.news && (
        <Banner tone="info" title={t("editor.news")} actions={<Button small onClick={draft.seenNews}>{t("editor.seen")}</Button>}>
          {t("editor.newsText")}
        </Banner>
      )}
      {text?.stale && <Banner tone="warn" title={t("editor.stale")}>{t("editor.staleText")}</Banner>}
      {item.archived && <Banner tone="info" title={t("editor.archived")}>{t("editor.archivedText")}</Banner>}
      {draft.error && (
        <Banner tone="bad" live title={t("editor.notSaved")} actions={<Button small onClick={() => void draft.flush()}>{t("editor.again")}</Button>}>
          {draft.error.message}
        </Banner>
      )}
    </>
  );
}

function ViewSwitch({ id, view, onView, draft }: { id: string; view: View; onView: (view: View) => void; draft: Draft }): ReactNode {
  const { t } = useTranslation("content");
  const content = useContent();
  const queries = useQueryClient();
  const turn = (next: View) => {
    if (next === view) return;
    void draft.flush().then(async (saved) => {
      if (!saved) return;
      const fresh = await content.item(id);
      queries.setQueryData(KEY.item(content.bot, id), fresh);
      if (next === "form" && "yaml" in draft.written) draft.adopt(fresh);
      onView(next);
    });
  };
  return (
    <div className="gb-view" role="group" aria-label={t("editor.view")}>
      {(["form", "yaml"] as const).map((one) => (
        <Button key={one} small intent="quiet" aria-pressed={view === one} onClick={() => turn(one)}>
          {t(`editor.views.${one}`)}
        </Button>
      ))}
    </div>
  );
}
