/** The documentation of this release: it stays as it is while the console is open. */
import { keepPreviousData, useApi, useQuery } from "@gutenbot/console";

const HELP = "help";

export function useContents() {
  const api = useApi();
  return useQuery({ queryKey: [HELP], queryFn: ({ signal }) => api.get("/api/v1/help", { signal }), staleTime: Infinity });
}

export function useHelpPage(name: string) {
  const api = useApi();
  return useQuery({ queryKey: [HELP, "page", name], queryFn: ({ signal }) => api.get("/api/v1/help/page", { query: { name }, signal }), staleTime: Infinity });
}

export function useHits(q: string) {
  const api = useApi();
  return useQuery({
    queryKey: [HELP, "search", q],
    queryFn: ({ signal }) => api.get("/api/v1/help/search", { query: { q }, signal }),
    enabled: q.trim() !== "",
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
}
