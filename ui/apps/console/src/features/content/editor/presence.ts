/** Who else has this item open, and at which field. */
import { useLive, useSay, useSession } from "@gutenbot/console";
import { useEffect, useState } from "react";
import { useContent } from "../api";

export type Other = { id: string; name: string; field: string };

/** The others, kept in step over the live connection; nobody where there is none. */
export function usePresence(id: string, field: string | null): readonly Other[] {
  const content = useContent();
  const { account } = useSession();
  const [others, setOthers] = useState<readonly Other[]>([]);
  const topic = `presence:content/${content.bot}/${id}`;
  const say = useSay(topic);
  useLive(topic, (data) => setOthers(othersIn(data, account.id)));
  useEffect(() => say({ state: field === null ? "viewing" : "editing", field: field ?? "" }), [say, field]);
  return others;
}

function othersIn(data: unknown, self: string): Other[] {
  const list = data !== null && typeof data === "object" && "present" in data && Array.isArray(data.present) ? (data.present as unknown[]) : [];
  const found = new Map<string, Other>();
  for (const one of list) {
    if (one === null || typeof one !== "object") continue;
    const { account, name, field } = one as { account?: unknown; name?: unknown; field?: unknown };
    if (typeof account !== "string" || account === self || typeof name !== "string") continue;
    if (!found.get(account)?.field) found.set(account, { id: account, name, field: typeof field === "string" ? field : "" });
  }
  return [...found.values()];
}
