/** How a module is, in a word, and the switch that changes it. */
import type { ModuleState } from "@gutenbot/api";
import { Button, StatusPill, SwitchField, useApi, usePermission, useWrite } from "@gutenbot/console";
import type { Tone } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { EVERYTHING, stateOf } from "./api";
import type { ShownState } from "./api";

const TONES: Readonly<Record<ShownState, Tone>> = { running: "good", disabled: "calm", setup: "warn", degraded: "warn", failed: "bad", bot: "info" };

export function StatePill({ module }: { module: ModuleState }): ReactNode {
  const { t } = useTranslation("modules");
  const state = stateOf(module);
  return <StatusPill tone={TONES[state]}>{t(`state.${state}`)}</StatusPill>;
}

/** On and off, at once; what decides instead of the console is said. */
export function ModuleSwitch({ module }: { module: ModuleState }): ReactNode {
  const { t } = useTranslation("modules");
  const api = useApi();
  const mayWrite = usePermission("modules:write");
  const put = (on: boolean, idempotencyKey: string) => api.put("/api/v1/modules/{module}/state", { path: { module: module.name }, body: { on }, idempotencyKey });
  const change = useWrite({
    run: (on: boolean, key) => put(on, key),
    changes: [EVERYTHING],
    done: (after) => t(after.state === "running" ? "on" : "off", { name: module.name }),
    undo: (_, on, key) => put(!on, key),
  });
  if (module.kind !== "module" || (!module.switchable && module.locked === "")) return null;
  const on = module.state === "running" || module.state === "degraded";
  return (
    <SwitchField
      label={t("switch", { name: module.name })}
      help={module.locked ? t("locked", { where: module.locked }) : undefined}
      value={change.isPending ? change.variables : on}
      disabled={!mayWrite || !module.switchable || change.isPending}
      onChange={(wanted) => change.mutate(wanted)}
    />
  );
}

/** Starts a module anew that has failed. */
export function RestartButton({ module }: { module: ModuleState }): ReactNode {
  const { t } = useTranslation("modules");
  const api = useApi();
  const mayWrite = usePermission("modules:write");
  const restart = useWrite({
    run: (_: void, idempotencyKey) => api.post("/api/v1/modules/{module}/restart", { path: { module: module.name }, idempotencyKey }),
    changes: [EVERYTHING],
    done: () => t("restarted", { name: module.name }),
  });
  if (!mayWrite || !module.switchable || (module.state !== "failed" && module.state !== "degraded")) return null;
  return (
    <Button small busy={restart.isPending} onClick={() => restart.mutate()}>
      {t("restart")}
    </Button>
  );
}
