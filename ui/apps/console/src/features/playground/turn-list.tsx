/** The turns of a conversation, with what happened in the one that is chosen. */
import { ErrorCard, Section, SelectField, useApi } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { wordsOf } from "../people/entry-words";
import { Inspector } from "./inspector";

export default function TurnList({ bot, conversation }: { bot: string; conversation: string }): ReactNode {
  const { t } = useTranslation("playground");
  const api = useApi();
  const [picked, setPicked] = useState<number | null>(null);
  const query = useQuery({
    queryKey: ["conversations", bot, conversation, "turns"],
    queryFn: ({ signal }) => api.get("/api/v1/bots/{bot}/conversations/{conversation}/turns", { path: { bot, conversation }, query: { limit: 50 }, signal }),
  });
  if (query.error) return <ErrorCard error={query.error} onRetry={() => void query.refetch()} />;
  const turns = query.data?.items ?? [];
  const shown = picked ?? turns[0]?.seq ?? null;
  if (shown === null) return null;
  const options = turns.map((turn) => ({ value: String(turn.seq), label: `${turn.event.type === "timer" ? t("timer") : wordsOf(turn.event).text.slice(0, 60) || String(turn.event.type)} → ${turn.by || t("nobody")}` }));
  return (
    <Section title={t("turns")}>
      <SelectField label={t("turns")} value={String(shown)} onChange={(value) => setPicked(Number(value))} options={options} />
      <Inspector key={shown} bot={bot} seq={shown} />
    </Section>
  );
}
