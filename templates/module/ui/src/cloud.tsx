/** The page “Word cloud”. */
import { Card, EmptyState, ErrorCard, NumberField, Skeleton, useModule, useQuery } from "@gutenbot/console";
import { useState } from "react";

type Word = { word: string; heard: number };

export function Cloud() {
  const { api, values, words } = useModule();
  const [size, setSize] = useState<number | null>(32);
  const top = useQuery({
    queryKey: ["my-module", "top", values.bot],
    queryFn: ({ signal }) => api.get<Word[]>("/{bot}/top", { path: values, signal }),
  });
  if (top.error) return <ErrorCard error={top.error} onRetry={() => void top.refetch()} />;
  if (top.isPending) return <Skeleton lines={4} />;
  const said = top.data.filter((one) => one.heard > 0);
  if (said.length === 0) return <EmptyState kind="first-use" title={words("cloud.empty")} />;
  const most = Math.max(...said.map((one) => one.heard));
  const pixels = (heard: number) => 12 + ((size ?? 32) * heard) / most;
  return (
    <Card>
      <NumberField label={words("cloud.size")} value={size} min={8} max={96} unit="px" onChange={setSize} />
      <ul style={{ display: "flex", flexWrap: "wrap", gap: "8px 24px", alignItems: "baseline", listStyle: "none", padding: 0 }}>
        {said.map((one) => (
          <li key={one.word} title={words("cloud.times", { heard: one.heard })} style={{ fontSize: pixels(one.heard) }}>
            <bdi>{one.word}</bdi>
          </li>
        ))}
      </ul>
    </Card>
  );
}
