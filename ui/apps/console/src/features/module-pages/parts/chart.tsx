/** A chart of a module. */
import { Chart, EmptyState, ErrorCard, Skeleton, useModule } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { PartShape } from "../api";
import { partOf, rowsOf, textOf, useAnswer } from "./data";

export function ChartPart({ part }: { part: PartShape }): ReactNode {
  const { t } = useTranslation();
  const { words } = useModule();
  const answer = useAnswer(part.source);
  if (answer.error) return <ErrorCard error={answer.error} onRetry={() => void answer.refetch()} />;
  if (answer.isPending) return <Skeleton lines={5} />;
  const rows = rowsOf(answer.data);
  if (rows.length === 0) return <EmptyState kind="first-use" title={t("modulePages.noNumbers", { title: words(part.title) })} />;
  const labels = rows.map((row) => textOf(partOf(row, part.x)));
  const series = Object.entries(part.y).map(([field, name]) => ({ name: words(name), values: rows.map((row) => Number(partOf(row, field)) || 0) }));
  return <Chart title={words(part.title)} labels={labels} series={series} shape={part.shape} />;
}
