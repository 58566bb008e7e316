/** Live updates on a page. */
import type { LiveState } from "@gutenbot/api";
import { useQueryClient } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useEffectEvent, useRef, useSyncExternalStore } from "react";
import { useConsole } from "./context";

const AGAIN_MS = 1000;

/** Asks once more, a little later, when what is being asked has come: that answer may be older than what is heard now. */
function askAgain(queries: QueryClient, queryKey: readonly unknown[], waiting: Set<string>): void {
  for (const query of queries.getQueryCache().findAll({ queryKey, fetchStatus: "fetching" })) {
    if (waiting.has(query.queryHash)) continue;
    waiting.add(query.queryHash);
    const stop = queries.getQueryCache().subscribe(() => {
      if (query.state.fetchStatus !== "idle" && queries.getQueryCache().get(query.queryHash) === query) return;
      stop();
      setTimeout(() => {
        waiting.delete(query.queryHash);
        void queries.invalidateQueries({ queryKey: query.queryKey, exact: true });
      }, AGAIN_MS);
    });
  }
}

/**
 * Listens to a topic while the page is open. `received` gets each message once; `refetch` names queries that a gap makes stale.
 * They are also asked once more when a message came while their answer was on its way, unless `joins`: then `received` puts
 * what it hears together with any answer, however old.
 */
export function useLive(topic: string | null, received: (data: unknown) => void, refetch?: readonly unknown[], joins = false): void {
  const { live } = useConsole();
  const queries = useQueryClient();
  const waiting = useRef(new Set<string>());
  const hear = useEffectEvent((data: unknown) => {
    if (refetch && !joins) askAgain(queries, refetch, waiting.current); // first: what `received` asks for is new enough
    received(data);
  });
  const lost = useEffectEvent(() => {
    void queries.invalidateQueries(refetch ? { queryKey: refetch } : {});
  });
  const begun = useEffectEvent(() => {
    if (refetch && !joins) void queries.invalidateQueries({ queryKey: refetch, fetchStatus: "idle" });
  });
  useEffect(() => {
    if (live === null || topic === null) return;
    return live.subscribe(topic, (message) => hear(message.data), () => lost(), () => begun());
  }, [live, topic]);
}

const nothing = () => () => undefined;

/** Tells on a topic that this page listens to, such as how one is present there. */
export function useSay(topic: string | null): (data: unknown) => void {
  const { live } = useConsole();
  return useCallback((data) => (topic === null ? undefined : live?.say(topic, data)), [live, topic]);
}

/** How the live connection is; null where there is none. */
export function useLiveState(): { state: LiveState; since: number } | null {
  const { live } = useConsole();
  const state = useSyncExternalStore(live ? (changed) => live.watch(changed) : nothing, () => live?.state ?? null);
  return live === null || state === null ? null : { state, since: live.since };
}
