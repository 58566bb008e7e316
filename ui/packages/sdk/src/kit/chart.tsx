/** Small charts without a library: bars and lines, with the same numbers as a table for people who do not see them. */
import { useId } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export type ChartSeries = { name: string; values: readonly number[] };
export type ChartProps = {
  title: string;
  /** What stands along the bottom. */
  labels: readonly string[];
  series: readonly ChartSeries[];
  shape?: "bar" | "line";
};

const WIDTH = 640;
const HEIGHT = 200;
const LEFT = 44;
const BOTTOM = 24;
const TOP = 8;
const MOST_LABELS = 8;

/** A round number not below the largest value. */
export function topOf(values: readonly number[]): number {
  const most = Math.max(0, ...values.filter(Number.isFinite));
  if (most === 0) return 1;
  const step = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((times) => times * step).find((one) => one >= most) ?? most;
}

export function Chart({ title, labels, series, shape = "bar" }: ChartProps): ReactNode {
  const { i18n } = useTranslation("kit");
  const id = useId();
  const top = topOf(series.flatMap((one) => one.values));
  const number = new Intl.NumberFormat(i18n.language === "en-XA" ? "en" : i18n.language, { maximumFractionDigits: 2 });
  const slot = (WIDTH - LEFT) / Math.max(1, labels.length);
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const every = Math.ceil(labels.length / MOST_LABELS);
  return (
    <figure className="gb-chart">
      <figcaption id={id}>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden focusable="false" direction="ltr">
        {[0, top / 2, top].map((value) => (
          <g key={value}>
            <line className="gb-chart-rule" x1={LEFT} x2={WIDTH} y1={y(value)} y2={y(value)} />
            <text x={LEFT - 6} y={y(value) + 4} textAnchor="end">
              {number.format(value)}
            </text>
          </g>
        ))}
        {labels.map((label, index) =>
          index % every === 0 ? (
            <text key={index} x={LEFT + slot * (index + 0.5)} y={HEIGHT - 6} textAnchor="middle">
              {label.length > 14 ? `${label.slice(0, 13)}…` : label}
            </text>
          ) : null,
        )}
        {series.map((one, which) =>
          shape === "line" ? (
            <polyline key={one.name} className="gb-chart-line" data-series={which % 4} points={one.values.map((value, index) => `${LEFT + slot * (index + 0.5)},${y(value)}`).join(" ")} />
          ) : (
            <g key={one.name} className="gb-chart-bars" data-series={which % 4}>
              {one.values.map((value, index) => {
                const width = (slot * 0.7) / series.length;
                return <rect key={index} x={LEFT + slot * (index + 0.15) + width * which} y={y(value)} width={width} height={Math.max(0, y(0) - y(value))} />;
              })}
            </g>
          ),
        )}
      </svg>
      {series.length > 1 && (
        <div className="gb-chart-legend" aria-hidden>
          {series.map((one, which) => (
            <span key={one.name} data-series={which % 4}>
              {one.name}
            </span>
          ))}
        </div>
      )}
      <table className="gb-unseen" aria-labelledby={id}>
        <thead>
          <tr>
            <td />
            {series.map((one) => (
              <th key={one.name} scope="col">
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, index) => (
            <tr key={index}>
              <th scope="row">{label}</th>
              {series.map((one) => (
                <td key={one.name}>{number.format(one.values[index] ?? 0)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
