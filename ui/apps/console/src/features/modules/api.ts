/** What the server says of modules and settings. */
import type { KnownModule, ModuleState } from "@gutenbot/api";
import { useApi, useLive, useQuery, useQueryClient, useWrite } from "@gutenbot/console";
import { useState } from "react";

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

const WORK = ["module-work"] as const;
export const INDEX = ["module-index"] as const;

/** What is being done with a package, as it is done; null: nothing yet. */
export function useWork(id: string | null) {
  const api = useApi();
  const queries = useQueryClient();
  useLive("modules", (data) => void ((data as { work?: unknown } | null)?.work === id && queries.invalidateQueries({ queryKey: [...WORK, id] })), WORK);
  return useQuery({
    queryKey: [...WORK, id],
    queryFn: ({ signal }) => api.get("/api/v1/packages/work/{work}", { path: { work: id ?? "" }, signal }),
    enabled: id !== null,
    staleTime: 0,
  });
}

/** A job that fetches or installs: what is done, whether that is over, and another try of one that has failed. */
export function useAttempt(job: string | null) {
  const api = useApi();
  const work = useWork(job);
  const [left, setLeft] = useState("");
  const lines = work.data?.lines ?? [];
  const attempt = `${lines.length} ${lines.at(-1)?.at}`;
  const again = useWrite({
    quiet: true,
    run: (_: void, idempotencyKey) => api.post("/api/v1/jobs/{job}/resume", { path: { job: job ?? "" }, idempotencyKey }),
    changes: [[...WORK, job], ["jobs"]],
  });
  const waits = attempt === left && !again.isError; // the news of the next try is not here yet
  const retry = () => {
    setLeft(attempt);
    again.mutate();
  };
  return { work: work.data, over: (work.data?.ended ?? false) && !waits, retry, error: again.error };
}

/** The modules that can be had, and what of them is here. */
export function useIndex(enabled: boolean) {
  const api = useApi();
  return useQuery({ queryKey: INDEX, queryFn: ({ signal }) => api.get("/api/v1/module-index", { signal }), enabled });
}

/** Where packages may come from on this server. */
export function useSources(enabled: boolean) {
  const api = useApi();
  return useQuery({ queryKey: ["module-sources"], queryFn: ({ signal }) => api.get("/api/v1/packages/sources", { signal }), enabled });
}

/** Those of which something newer can be had. */
export const updatesOf = (items: readonly KnownModule[]): KnownModule[] => items.filter((one) => one.update);
