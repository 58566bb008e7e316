/** The modules of this server: which there are, how they fare, and which of them run. */
import type { ModuleState } from "@gutenbot/api";
import { Banner, Button, EmptyState, ErrorCard, NoPermission, Page, Skeleton, TextField, usePermission, useSearchParams } from "@gutenbot/console";
import { PackagePlus } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useModules } from "./api";
import { ModuleCard } from "./card";
import { InstallDialog } from "./install";
import "./modules.css";

export { isWell, MODULES, useModules } from "./api";

export default function ModulesPage(): ReactNode {
  const { t } = useTranslation("modules");
  const mayRead = usePermission("modules:read");
  const mayInstall = usePermission("modules:install");
  const [installing, setInstalling] = useState(false);
  const modules = useModules(mayRead);
  if (!mayRead) return <NoPermission permission="modules:read" />;
  const install = mayInstall && (
    <Button intent="primary" icon={PackagePlus} onClick={() => setInstalling(true)}>
      {t("install.button")}
    </Button>
  );
  return (
    <Page title={t("title")} purpose={t("purpose")} actions={install}>
      {modules.error && <ErrorCard error={modules.error} onRetry={() => void modules.refetch()} />}
      {modules.isPending && <Skeleton lines={8} />}
      {modules.data && <Installed modules={modules.data} />}
      {installing && <InstallDialog onClose={() => setInstalling(false)} />}
    </Page>
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
