/** The first page in one request, kept in step by the live connection. */
import { useApi, useBotOrNone, useLive, usePermission, useQuery, useQueryClient } from "@gutenbot/console";
import type { Client } from "@gutenbot/console";

const ask = (api: Client, bot: string, signal?: AbortSignal) => api.get("/api/v1/home", { query: { ...(bot && { bot }) }, ...(signal && { signal }) });
export type Home = Awaited<ReturnType<typeof ask>>;
export type Talk = NonNullable<Home["now"]>["items"][number];
const SHOWN = 6;
const RECENT = 8;

export function useHome() {
  const api = useApi();
  const queries = useQueryClient();
  const bot = useBotOrNone()?.id ?? "";
  const key = ["home", bot];
  const mayTalk = usePermission("conversations:read");
  const mayAudit = usePermission("audit:read");
  const change = (how: (home: Home) => Home) => queries.setQueryData<Home>(key, (now) => now && how(now));
  useLive("health", (data) => change((home) => ({ ...home, health: data as Home["health"] })), key);
  useLive(mayAudit ? "audit" : null, (data) => change((home) => ({ ...home, recent: [data as NonNullable<Home["recent"]>[number], ...(home.recent ?? [])].slice(0, RECENT) })), key);
  useLive(mayTalk && bot ? `conversations:${bot}` : null, (data) => change((home) => withTalks(home, (data as { changed: Talk[] }).changed)), key);
  return useQuery({ queryKey: key, queryFn: ({ signal }) => ask(api, bot, signal), staleTime: 30_000 });
}

/** The conversations that changed come first; the numbers follow them. */
export function withTalks(home: Home, changed: readonly Talk[]): Home {
  if (home.now === null) return home;
  const { items, conversations, waiting } = home.now;
  const ids = new Set(changed.map((one) => one.id));
  const known = new Map(items.map((one) => [one.id, one]));
  const more = changed.filter((one) => !known.has(one.id) && conversations < SHOWN).length;
  const newly = changed.filter((one) => one.mode === "human" && known.get(one.id)?.mode !== "human").length;
  const over = changed.filter((one) => one.mode !== "human" && known.get(one.id)?.mode === "human").length;
  const latest = [...changed].sort((a, b) => b.updated.localeCompare(a.updated));
  return {
    ...home,
    now: { ...home.now, conversations: conversations + more, waiting: Math.max(0, waiting + newly - over), items: [...latest, ...items.filter((one) => !ids.has(one.id))].slice(0, SHOWN) },
  };
}
