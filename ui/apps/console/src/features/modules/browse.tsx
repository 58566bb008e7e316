/** The modules that can be had, and the newer versions of those that are here. */
import type { KnownModule } from "@gutenbot/api";
import { Banner, Button, Card, EmptyState, ErrorCard, Link, RelativeTime, Skeleton, StatusPill, TextField, useApi, usePermission, useQueryClient, useSearchParams, useWrite } from "@gutenbot/console";
import { Download, Package, RefreshCw } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { MarkdownText } from "../../markdown/view";
import { INDEX, updatesOf, useIndex } from "./api";

type Wanted = { name: string; version: string };
type ListProps = { onInstall: (wanted: Wanted) => void };
const COUNTED = ["pages", "routes", "wraps", "channels", "content_types", "cli_commands", "tasks"] as const;

export function Browse({ onInstall }: ListProps): ReactNode {
  const { t } = useTranslation("modules");
  const index = useIndex(true);
  const [search, setSearch] = useSearchParams();
  const words = search.get("q") ?? "";
  const look = (q: string) => {
    setSearch({ tab: "browse", ...(q && { q }) }, { replace: true });
  };
  const found = index.data?.items.filter((one) => textOf(one).includes(words.toLowerCase())) ?? [];
  return (
    <div className="gb-stack">
      <TextField type="search" label={t("browse.search")} value={words} onChange={look} />
      <Freshness />
      {index.error && <ErrorCard error={index.error} onRetry={() => void index.refetch()} />}
      {index.isPending && <Skeleton lines={6} />}
      {index.data && found.length === 0 && <EmptyState kind="no-match" title={t("noneFound")} />}
      <Offers of={found} onInstall={onInstall} />
    </div>
  );
}

export function Updates({ onInstall }: ListProps): ReactNode {
  const { t } = useTranslation("modules");
  const index = useIndex(true);
  const found = updatesOf(index.data?.items ?? []);
  return (
    <div className="gb-stack">
      <Freshness />
      {index.error && <ErrorCard error={index.error} onRetry={() => void index.refetch()} />}
      {index.isPending && <Skeleton lines={4} />}
      {index.data && found.length === 0 && <EmptyState kind="first-use" title={t("browse.upToDate")} icon={Package} />}
      <Offers of={found} onInstall={onInstall} />
    </div>
  );
}

const textOf = (one: KnownModule) => [one.name, one.distribution, one.summary, one.publisher, ...one.keywords].join(" ").toLowerCase();

/** Where the list is from, and renewing it. */
function Freshness(): ReactNode {
  const { t } = useTranslation("modules");
  const api = useApi();
  const queries = useQueryClient();
  const index = useIndex(true);
  const may = usePermission("modules:install");
  const renew = useWrite({
    run: (_: void, idempotencyKey) => api.post("/api/v1/module-index/renew", { idempotencyKey }),
    onDone: (found) => queries.setQueryData(INDEX, found),
  });
  if (!index.data) return null;
  const { renewable, fetched, error, tried } = index.data;
  return (
    <>
      {error && (
        <Banner tone="warn" title={t("browse.notRenewed")}>
          <span dir="auto">{error}</span> {tried && <RelativeTime at={tried} />}
        </Banner>
      )}
      <div className="gb-actions-start">
        <span className="gb-faint">
          {t(fetched ? "browse.fetched" : "browse.ofRelease")} {fetched && <RelativeTime at={fetched} />}
        </span>
        {renewable && may && (
          <Button small icon={RefreshCw} busy={renew.isPending} onClick={() => renew.mutate()}>
            {t("browse.renew")}
          </Button>
        )}
      </div>
    </>
  );
}

function Offers({ of, onInstall }: ListProps & { of: readonly KnownModule[] }): ReactNode {
  return (
    <ul className="gb-modules">
      {of.map((one) => (
        <li key={one.name}>
          <Offer of={one} onInstall={onInstall} />
        </li>
      ))}
    </ul>
  );
}

function Offer({ of, onInstall }: ListProps & { of: KnownModule }): ReactNode {
  const { t } = useTranslation("modules");
  const may = usePermission("modules:install");
  const adds = COUNTED.flatMap((kind) => (of.adds[kind] ? [t(`count.${kind}`, { count: of.adds[kind] })] : []));
  const wanted = { name: of.distribution, version: of.version };
  const offered = may && of.here && of.obstacles.length === 0 && (of.update || !of.installed);
  return (
    <Card>
      <div className="gb-card-head">
        <Package size={18} aria-hidden />
        <h2>{of.installed ? <Link to={`/modules/${encodeURIComponent(of.name)}`}>{of.name}</Link> : of.name}</h2>
        <span className="gb-faint" dir="ltr">
          {of.update ? `${of.installed} → ${of.version}` : of.version}
        </span>
        {of.installed && <StatusPill tone={of.update ? "warn" : "good"}>{t(of.update ? "browse.update" : "browse.installed")}</StatusPill>}
      </div>
      {of.summary && <p dir="auto">{of.summary}</p>}
      <p className="gb-faint">{[of.publisher && t("by", { publisher: of.publisher }), of.licence, ...adds].filter(Boolean).join(" · ")}</p>
      {of.obstacles.map((one) => (
        <p key={one} className="gb-reason">
          {one}
        </p>
      ))}
      {of.update && !of.here && <p className="gb-reason">{t("browse.withServer")}</p>}
      {of.news.trim() && (
        <details open={of.update}>
          <summary>{of.installed && of.installed !== of.version ? t("install.news", { version: of.installed }) : t("detail.changelog")}</summary>
          <MarkdownText text={of.news} deeper={2} />
        </details>
      )}
      {offered && (
        <div className="gb-actions-start">
          <Button icon={Download} intent={of.update ? "primary" : "default"} aria-label={t(of.update ? "browse.updateOf" : "browse.installOf", { name: of.name })} onClick={() => onInstall(wanted)}>
            {t(of.update ? "browse.updateIt" : "install.install")}
          </Button>
        </div>
      )}
    </Card>
  );
}
