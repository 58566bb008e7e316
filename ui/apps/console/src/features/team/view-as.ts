/** Seeing the console as another role does. */
import type { SignedIn } from "@gutenbot/api";
import { useApi } from "@gutenbot/console";
import { useQueryClient } from "@tanstack/react-query";
import { SESSION } from "../../app/client";

/** Changes the role that one sees as; null is one's own again. What was loaded as the other role is forgotten. */
export function useViewAs(): (role: string | null) => Promise<SignedIn> {
  const api = useApi();
  const queries = useQueryClient();
  return async (role) => {
    const session = await api.put("/api/v1/session/view-as", { body: { role } });
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION[0], type: "inactive" });
    queries.setQueryData(SESSION, session);
    void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== SESSION[0] });
    return session;
  };
}
