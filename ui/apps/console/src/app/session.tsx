/** Who is signed in: asked once, then kept in step by every answer that changes it. */
import type { Client, Live, SignedIn } from "@gutenbot/api";
import type { ConsoleContext, Preferences, Session } from "@gutenbot/console";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { UseQueryResult } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";
import { makeLive, SESSION } from "./client";
import type { SessionState } from "./client";
import { keepLook } from "./look";

const SAVE_MS = 600;

/** The session, or that there is none. */
export function useSessionState(client: Client): UseQueryResult<SessionState> {
  return useQuery({
    queryKey: SESSION,
    queryFn: ({ signal }) => client.get("/api/v1/session", { signal }),
    staleTime: 60_000,
  });
}

/** What the shell gives to pages. */
export function useConsoleValue(client: Client, state: SessionState | undefined): ConsoleContext {
  const queries = useQueryClient();
  const waiting = useRef<{ timer: ReturnType<typeof setTimeout> } | null>(null);
  const prefer = useCallback(
    (change: Preferences) => {
      keepLook({ ...(change.scheme && { scheme: change.scheme }), ...(change.density && { density: change.density }) });
      queries.setQueryData<SessionState>(SESSION, (now) => (now?.signed_in ? withPreferences(now, change) : now));
      if (waiting.current) clearTimeout(waiting.current.timer);
      waiting.current = {
        timer: setTimeout(() => {
          waiting.current = null;
          const now = queries.getQueryData<SessionState>(SESSION);
          if (now?.signed_in && now.viewing_as === null) void client.patch("/api/v1/account", { body: { preferences: now.account.preferences } });
        }, SAVE_MS),
      };
    },
    [client, queries],
  );
  const live = useLiveConnection(state?.signed_in ? state.account.id : null);
  return useMemo(() => ({ client, session: state?.signed_in ? asSession(state) : null, live, prefer }), [client, state, live, prefer]);
}

/** One connection for whoever is signed in. */
function useLiveConnection(account: string | null): Live | null {
  const queries = useQueryClient();
  const live = useMemo(() => (account === null ? null : makeLive(queries)), [account, queries]);
  useEffect(() => () => live?.close(), [live]);
  return live;
}

function withPreferences(session: SignedIn, change: Preferences): SignedIn {
  return { ...session, account: { ...session.account, preferences: { ...session.account.preferences, ...change } } };
}

/** Preferences are the console's own: the server keeps them without reading them. */
function asSession(session: SignedIn): Session {
  return { ...session, account: { ...session.account, preferences: session.account.preferences } };
}
