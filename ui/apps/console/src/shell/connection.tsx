/** Whether the server is there: from the live connection where there is one, else from a question each minute. */
import { exactly, Tooltip, useAnnounce, useLiveState } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

const EACH_MS = 60_000;
export type Health = { status: string; reasons: string[] };

/** What the server says of itself; an error when it cannot be reached. */
function useHealth() {
  return useQuery({ queryKey: ["ready"], queryFn: ({ signal }) => askReady(signal), refetchInterval: EACH_MS, retry: false });
}

async function askReady(signal: AbortSignal): Promise<Health> {
  const answer = await fetch("/ready", { signal });
  return (await answer.json()) as Health;
}

function useOnline(): boolean {
  return useSyncExternalStore(
    (changed) => {
      addEventListener("online", changed);
      addEventListener("offline", changed);
      return () => {
        removeEventListener("online", changed);
        removeEventListener("offline", changed);
      };
    },
    () => navigator.onLine,
  );
}

export function ConnectionDot(): ReactNode {
  const { t, i18n } = useTranslation();
  const live = useLiveState();
  const health = useHealth();
  const online = useOnline();
  const state = !online || health.isError || live?.state === "offline" ? "offline" : live?.state === "connecting" ? "connecting" : "live";
  const announce = useAnnounce();
  const before = useRef(state);
  useEffect(() => {
    if (before.current !== state) announce(t(`connection.${state}`));
    before.current = state;
  }, [state, announce, t]);
  const since = state === "offline" && health.dataUpdatedAt > 0 ? t("connection.since", { at: exactly(health.dataUpdatedAt, i18n.language) }) : "";
  return (
    <Tooltip label={`${t(`connection.${state}`)} ${since}`.trim()}>
      <span className="gb-dot" data-state={state} role="img" aria-label={t(`connection.${state}`)} tabIndex={0} />
    </Tooltip>
  );
}
