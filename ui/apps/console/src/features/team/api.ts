/** People, invites and roles: what the pages of the team ask the server. */
import { useApi } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";

export const PEOPLE = ["accounts"] as const;
export const INVITES = ["invites"] as const;
export const ROLES = ["roles"] as const;

export function useRoles() {
  const api = useApi();
  return useQuery({ queryKey: ROLES, queryFn: ({ signal }) => api.get("/api/v1/roles", { signal }), staleTime: 60_000 });
}

export function useInvites(enabled: boolean) {
  const api = useApi();
  return useQuery({ queryKey: INVITES, queryFn: ({ signal }) => api.get("/api/v1/invites", { signal }), enabled });
}
