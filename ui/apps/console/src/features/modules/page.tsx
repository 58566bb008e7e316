/** The modules of this server: which there are, how they fare, which of them run; which more can be had, and what is newer. */
import type { ModuleState } from "@gutenbot/api";
import { Banner, Button, EmptyState, ErrorCard, Link, NoPermission, Page, Skeleton, TextField, usePermission, useSearchParams } from "@gutenbot/console";
import { PackagePlus } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { updatesOf, useIndex, useModules } from "./api";
import { Browse, Updates } from "./browse";
import { ModuleCard } from "./card";
import { InstallDialog } from "./install";
import type { Start } from "./install";
import "./modules.css";

export { isWell, MODULES, useModules } from "./api";

export default function ModulesPage(): ReactNode {
  const { t } = useTranslation("modules");
  const mayRead = usePermission("modules:read");
  const mayInstall = usePermission("modules:install");
  const [search, setSearch] = useSearchParams();
  const brought = search.get("package") ?? "";
  const [installing, setInstalling] = useState<Start | null>(null);
  const tab = search.get("tab") ?? "installed";
  const modules = useModules(mayRead);
  if (!mayRead) return <NoPermission permission="modules:read" />;
  const begin = (name?: { name: string; version: string }) => setInstalling(name ? { fetch: name } : {});
  const close = () => {
    setInstalling(null);
    if (brought) setSearch({}, { replace: true });
  };
  const start = installing ?? (brought && mayInstall ? { package: brought } : null);
  const install = mayInstall && (
    <Button intent="primary" icon={PackagePlus} onClick={() => begin()}>
      {t("install.button")}
    </Button>
  );
  return (
    <Page title={t("title")} purpose={t("purpose")} actions={install}>
      <Tabs tab={tab} installed={modules.data?.length} />
      {tab === "browse" && <Browse onInstall={begin} />}
      {tab === "updates" && <Updates onInstall={begin} />}
      {tab === "installed" && (
        <>
          {modules.error && <ErrorCard error={modules.error} onRetry={() => void modules.refetch()} />}
          {modules.isPending && <Skeleton lines={8} />}
          {modules.data && <Installed modules={modules.data} />}
        </>
      )}
      {start && <InstallDialog start={start} onClose={close} />}
    </Page>
  );
}

/** The tab stands in the address. */
function Tabs({ tab, installed }: { tab: string; installed: number | undefined }): ReactNode {
  const { t } = useTranslation("modules");
  const index = useIndex(true);
  const tabs = [
    { id: "installed", to: "/modules", count: installed },
    { id: "browse", to: "/modules?tab=browse", count: index.data?.items.length },
    { id: "updates", to: "/modules?tab=updates", count: index.data && updatesOf(index.data.items).length },
  ] as const;
  return (
    <nav className="gb-tabs" aria-label={t("title")}>
      {tabs.map(({ id, to, count }) => (
        <Link key={id} to={to} aria-current={tab === id ? "page" : undefined}>
          {t(`tab.${id}`)}
          {count !== undefined && <span className="gb-count">{count}</span>}
        </Link>
      ))}
    </nav>
  );
}

const ORDER: Readonly<Record<string, number>> = { module: 0, bot: 1, core: 2 };

function Installed({ modules }: { modules: readonly ModuleState[] }): ReactNode {
  const { t } = useTranslation("modules");
  const [search, setSearch] = useSearchParams();
  const words = search.get("q") ?? "";
  const found = modules
    .filter((one) => `${one.name} ${one.summary} ${one.publisher}`.toLowerCase().includes(words.toLowerCase()))
    .toSorted((one, other) => place(one) - place(other) || one.name.localeCompare(other.name));
  const safe = modules.some((one) => one.state === "disabled" && one.reason.startsWith("Safe mode"));
  return (
    <>
      {safe && <Banner tone="warn">{t("safe")}</Banner>}
      {modules.length > 6 && <TextField type="search" label={t("search")} value={words} onChange={(q) => setSearch(q ? { q } : {}, { replace: true })} />}
      {found.length === 0 && <EmptyState kind="no-match" title={t("noneFound")} />}
      <ul className="gb-modules">
        {found.map((one) => (
          <li key={one.name}>
            <ModuleCard module={one} />
          </li>
        ))}
      </ul>
    </>
  );
}

function place(module: ModuleState): number {
  return ORDER[module.kind] ?? 3;
}
