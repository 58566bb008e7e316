/** Which modules are installed, and what is wrong with those that do not run. */
import type { ModuleState } from "@gutenbot/api";
import { Card, CodeView, ErrorCard, NoPermission, Page, Skeleton, StatusPill, useApi, usePermission } from "@gutenbot/console";
import type { Tone } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { Package } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export const MODULES = ["modules"] as const;

export function useModules(enabled: boolean) {
  const api = useApi();
  return useQuery({ queryKey: MODULES, queryFn: ({ signal }) => api.get("/api/v1/modules", { signal }), enabled });
}

export default function ModulesPage(): ReactNode {
  const { t } = useTranslation();
  const mayRead = usePermission("modules:read");
  const modules = useModules(mayRead);
  if (!mayRead) return <NoPermission permission="modules:read" />;
  return (
    <Page title={t("pages.modules")} purpose={t("modules.purpose")}>
      {modules.error && <ErrorCard error={modules.error} onRetry={() => void modules.refetch()} />}
      {modules.isPending && <Skeleton lines={8} />}
      {modules.data && (
        <ul className="gb-cards">
          {modules.data.map((module) => (
            <li key={module.name}>
              <ModuleCard module={module} />
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

const TONES: Readonly<Record<string, Tone>> = { running: "good", disabled: "calm", degraded: "warn" };
const KNOWN = ["running", "disabled", "degraded", "broken", "failed"] as const;

/** Whether a module needs somebody. */
export function isWell(module: ModuleState): boolean {
  return module.state === "running" || module.state === "disabled";
}

function ModuleCard({ module }: { module: ModuleState }): ReactNode {
  const { t } = useTranslation();
  const state = KNOWN.find((one) => one === module.state);
  return (
    <Card>
      <div className="gb-card-head">
        <Package size={18} aria-hidden />
        <h2>{module.name}</h2>
        <span className="gb-faint">{module.version}</span>
        <StatusPill tone={TONES[module.state] ?? "bad"}>{state ? t(`modules.state.${state}`) : module.state}</StatusPill>
      </div>
      {module.summary && <p dir="auto">{module.summary}</p>}
      {module.reason && <p className="gb-reason">{module.reason}</p>}
      {module.traceback && (
        <details>
          <summary>{t("modules.traceback")}</summary>
          <CodeView text={module.traceback} label={t("modules.tracebackOf", { name: module.name })} />
        </details>
      )}
    </Card>
  );
}
