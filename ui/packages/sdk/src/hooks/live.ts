/** Live updates on a page. */
import type { LiveState } from "@gutenbot/api";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useEffectEvent, useSyncExternalStore } from "react";
import { useConsole } from "./context";

/** Listens to a topic while the page is open. `received` gets each message once; `refetch` names queries that a gap makes stale. */
export function useLive(topic: string | null, received: (data: unknown) => void, refetch?: readonly unknown[]): void {
  const { live } = useConsole();
  const queries = useQueryClient();
  const hear = useEffectEvent(received);
  const lost = useEffectEvent(() => {
    void queries.invalidateQueries(refetch ? { queryKey: refetch } : {});
  });
  useEffect(() => {
    if (live === null || topic === null) return;
    return live.subscribe(topic, (message) => hear(message.data), () => lost());
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
