/** Pages for people who are signed in: everybody else is sent to sign in, and comes back. */
import { useConsole } from "@gutenbot/console";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { Navigate, useLocation } from "react-router";
import { LEFT, SESSION } from "./client";
import type { SessionState } from "./client";

export function Guarded({ children }: { children: ReactNode }): ReactNode {
  const { session } = useConsole();
  const queries = useQueryClient();
  const state = queries.getQueryData<SessionState>(SESSION);
  const [was, setWas] = useState(false);
  if (session !== null && !was) setWas(true);
  const { pathname, search } = useLocation();
  if (session !== null) return children;
  if (state && !state.signed_in && state.setup_needed) return <Navigate to="/setup" replace />;
  const back = pathname + search;
  return <Navigate to={back === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(back)}`} replace state={{ ended: was && queries.getQueryData(LEFT) !== true }} />;
}

/** Where to go after signing in: only to pages of the console. */
export function nextPage(next: string | null): string {
  return next?.startsWith("/") && !next.startsWith("//") && !next.includes("\\") ? next : "/";
}
