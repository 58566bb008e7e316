/** What is wrong with what is being written, while it is written: the server's checks, and those that need no server. */
import { useQuery } from "@gutenbot/console";
import { keepPreviousData } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { KEY, useContent } from "../api";
import { shownPath } from "../model/variants";
import type { Written } from "../api";
import type { Item, Problem } from "../types";
import type { Draft } from "./use-draft";

const PAUSE_MS = 400;
const NONE: readonly Problem[] = [];

export function useChecks(item: Item, locale: string, draft: Draft): readonly Problem[] {
  const content = useContent();
  const [asked, setAsked] = useState<Written>(draft.written);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(draft.written), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft.written]);
  const empty = "value" in asked && asked.value === null;
  const found = useQuery({
    queryKey: [...KEY.item(content.bot, item.id), "check", locale, asked],
    queryFn: ({ signal }) => content.check({ id: item.id, locale, type: item.type, ...asked }, signal),
    placeholderData: keepPreviousData,
    enabled: !empty,
    staleTime: 60_000,
    gcTime: 10_000,
  });
  const problems = found.data?.problems;
  const value = "value" in asked ? asked.value : draft.value;
  return useMemo(() => problems?.map((one) => ({ ...one, path: shownPath(value, one.path) })) ?? NONE, [problems, value]);
}
