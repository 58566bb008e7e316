/** How an item is received: shown and clicked by day, and which variant does better. */
import { Chart, ErrorCard, SegmentedField, Skeleton } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { KEY, useContent } from "../api";

const SPANS = ["7", "28", "90"] as const;
type Span = (typeof SPANS)[number];

export function Results({ id }: { id: string }): ReactNode {
  const { t, i18n } = useTranslation("content");
  const content = useContent();
  const [span, setSpan] = useState<Span>("28");
  const query = useQuery({ queryKey: [...KEY.item(content.bot, id), "results", span], queryFn: ({ signal }) => content.results(id, Number(span), signal) });
  const found = query.data;
  const day = new Intl.DateTimeFormat(i18n.language === "en-XA" ? "en" : i18n.language, { day: "numeric", month: "short", timeZone: "UTC" });
  return (
    <div className="gb-stack">
      <SegmentedField label={t("results.span")} value={span} onChange={(value) => setSpan(SPANS.find((one) => one === value) ?? "28")} options={SPANS.map((value) => ({ value, label: t("results.days", { count: Number(value) }) }))} />
      {query.error && !found && <ErrorCard error={query.error} onRetry={() => void query.refetch()} />}
      {!found && !query.error && <Skeleton lines={4} />}
      {found?.shown === 0 && found.clicked === 0 && <p className="gb-faint">{t("results.none")}</p>}
      {found && (found.shown > 0 || found.clicked > 0) && (
        <>
          <p>{t("results.sum", { shown: found.shown, clicked: found.clicked })}</p>
          <Chart
            title={t("results.byDay")}
            shape="line"
            labels={found.days.map((one) => day.format(new Date(one.day)))}
            series={[
              { name: t("results.shown"), values: found.days.map((one) => one.shown) },
              { name: t("results.clicked"), values: found.days.map((one) => one.clicked) },
            ]}
          />
          {found.variants.length > 0 && <Variants of={found.variants} />}
        </>
      )}
      <p className="gb-faint">{t("results.about")}</p>
    </div>
  );
}

type Variant = { name: string; now: boolean; shown: number; clicked: number };

function Variants({ of }: { of: readonly Variant[] }): ReactNode {
  const { t, i18n } = useTranslation("content");
  const percent = new Intl.NumberFormat(i18n.language === "en-XA" ? "en" : i18n.language, { style: "percent", maximumFractionDigits: 1 });
  return (
    <table className="gb-results">
      <caption>{t("results.byVariant")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("results.variant")}</th>
          <th scope="col">{t("results.shown")}</th>
          <th scope="col">{t("results.clicked")}</th>
          <th scope="col">{t("results.rate")}</th>
        </tr>
      </thead>
      <tbody>
        {of.map((one) => (
          <tr key={one.name}>
            <th scope="row">
              <bdi>{one.name}</bdi> {!one.now && <span className="gb-faint">{t("results.gone")}</span>}
            </th>
            <td>{one.shown}</td>
            <td>{one.clicked}</td>
            <td>{one.shown > 0 ? percent.format(one.clicked / one.shown) : "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
