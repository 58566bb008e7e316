/** What the server says of modules and settings. */
import type { ModuleState } from "@gutenbot/api";
import { useApi, useQuery } from "@gutenbot/console";

export const MODULES = ["modules"] as const;
/** All that is shown: pages, permissions and lists may come and go with a module. */
export const EVERYTHING = [] as const;

export function useModules(enabled: boolean) {
  const api = useApi();
  return useQuery({ queryKey: MODULES, queryFn: ({ signal }) => api.get("/api/v1/modules", { signal }), enabled });
}

export function useModule(module: string) {
  const api = useApi();
  return useQuery({ queryKey: [...MODULES, module], queryFn: ({ signal }) => api.get("/api/v1/modules/{module}", { path: { module }, signal }) });
}

/** Whether a module needs nobody. */
export function isWell(module: ModuleState): boolean {
  return module.state === "running" || (module.state === "disabled" && module.missing.length === 0);
}

export type ShownState = "running" | "disabled" | "setup" | "degraded" | "failed" | "bot";

/** The state in which a module is shown. */
export function stateOf(module: ModuleState): ShownState {
  if (module.state === "disabled" && module.missing.length > 0) return "setup";
  if (module.state === "disabled" || module.state === "degraded" || module.state === "running") return module.state;
  return "failed";
}
