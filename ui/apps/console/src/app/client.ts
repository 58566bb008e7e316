/** The client of this page's own server. */
import { createClient, Live, Problem } from "@gutenbot/api";
import type { Client, SignedIn, SignedOut, SocketLike } from "@gutenbot/api";
import { QueryClient } from "@tanstack/react-query";

export type SessionState = SignedIn | SignedOut;
export const SESSION = ["session"] as const;
/** The person has signed out by themselves: their session did not just end. */
export const LEFT = [...SESSION, "left"] as const;

const TRIES = 2;

/** Server state: what failed by chance is tried again, what was refused is not. */
export function makeQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < TRIES && !(error instanceof Problem && !error.temporary),
        refetchOnWindowFocus: true,
      },
    },
  });
}

/** The client; when the server says that nobody is signed in any more, the page asks anew who is. */
export function makeClient(queries: QueryClient): Client {
  return createClient({
    csrf: () => {
      const session = queries.getQueryData<SessionState>(SESSION);
      return session?.signed_in ? session.csrf : null;
    },
    onSignedOut: () => {
      if (queries.getQueryData<SessionState>(SESSION)?.signed_in) void queries.invalidateQueries({ queryKey: SESSION });
    },
  });
}

/** The live connection of this page's own server. */
export function makeLive(queries: QueryClient): Live {
  return new Live({
    onSignedOut: () => void queries.invalidateQueries({ queryKey: SESSION }),
    open: () => {
      const address = new URL("/api/v1/live", location.href);
      address.protocol = address.protocol.replace("http", "ws");
      return new WebSocket(address) as unknown as SocketLike;
    },
  });
}
