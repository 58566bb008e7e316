/** A module in the list. */
import type { ModuleState } from "@gutenbot/api";
import { Card, CodeView, Link, LinkButton, StatusPill } from "@gutenbot/console";
import { Bot, Box, Package } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { RestartServer } from "./restart-server";
import { ModuleSwitch, RestartButton, StatePill } from "./state";

const ICONS: Readonly<Record<string, LucideIcon>> = { core: Box, bot: Bot, module: Package };
const COUNTED = ["pages", "routes", "wraps", "channels", "content_types", "cli_commands", "tasks"] as const;

export function ModuleCard({ module }: { module: ModuleState }): ReactNode {
  const { t } = useTranslation("modules");
  const Icon = ICONS[module.kind] ?? Package;
  const adds = COUNTED.flatMap((kind) => (module.adds[kind]?.length ? [t(`count.${kind}`, { count: module.adds[kind].length })] : []));
  const address = `/modules/${encodeURIComponent(module.name)}`;
  return (
    <Card>
      <div className="gb-card-head">
        <Icon size={18} aria-hidden />
        <h2>
          <Link to={address}>{module.name}</Link>
        </h2>
        {module.kind === "module" && module.version !== "0" && <span className="gb-faint">{module.version}</span>}
        <StatePill module={module} />
        {module.pending && <StatusPill tone="warn">{t("pending", { version: module.pending })}</StatusPill>}
        {module.errors > 0 && <StatusPill tone="bad">{t("errors", { count: module.errors })}</StatusPill>}
      </div>
      {module.summary && (
        <p>
          <bdi>{module.summary}</bdi>
        </p>
      )}
      <p className="gb-faint">
        {[module.publisher && t("by", { publisher: module.publisher }), ...adds, module.ms_per_turn !== null && t("perTurn", { ms: module.ms_per_turn })].filter(Boolean).join(" · ")}
      </p>
      {module.missing.length > 0 ? (
        <div className="gb-actions-start">
          <span>{t("missing", { count: module.missing.length, names: module.missing.join(", ") })}</span>
          <LinkButton to={`${address}/settings`}>{t("configure")}</LinkButton>
        </div>
      ) : (
        module.reason && <p className="gb-reason" dir="auto">{module.reason}</p>
      )}
      {module.traceback && (
        <details>
          <summary>{t("traceback")}</summary>
          <CodeView text={module.traceback} label={t("tracebackOf", { name: module.name })} />
        </details>
      )}
      <div className="gb-actions-start">
        <ModuleSwitch module={module} />
        <RestartButton module={module} />
        {module.pending && <RestartServer version={`${module.name} ${module.pending}`} />}
      </div>
    </Card>
  );
}
