/** A number of a module. */
import { ErrorCard, Skeleton, Stat, useModule } from "@gutenbot/console";
import type { ReactNode } from "react";
import type { PartShape } from "../api";
import { partOf, useAnswer } from "./data";
import { Value } from "./value";

export function StatPart({ part }: { part: PartShape }): ReactNode {
  const { words } = useModule();
  const answer = useAnswer(part.source);
  if (answer.error) return <ErrorCard error={answer.error} onRetry={() => void answer.refetch()} />;
  if (answer.isPending) return <Skeleton lines={1} />;
  const value = partOf(answer.data, part.field);
  return <Stat label={words(part.title)} value={<Value of={value} kind={typeof value === "number" ? "number" : "text"} />} help={part.about ? words(part.about) : undefined} />;
}
