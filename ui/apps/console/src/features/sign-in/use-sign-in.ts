/** What every way to sign in does at its end. */
import type { SignedIn } from "@gutenbot/api";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearchParams } from "react-router";
import { LEFT, SESSION } from "../../app/client";
import { nextPage } from "../../app/guarded";
import { keepLook } from "../../app/look";

/** Takes a session over and goes to the page that was wanted. */
export function useEnter(): (session: SignedIn) => void {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  return (session) => {
    queries.setQueryData(SESSION, session);
    queries.setQueryData(LEFT, false);
    if (session.account.locale) keepLook({ locale: session.account.locale });
    void navigate(nextPage(search.get("next")), { replace: true });
  };
}
