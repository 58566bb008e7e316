/** Pages that a module declares in Python, drawn with the kit. */
import { useModule } from "@gutenbot/console";
import type { ReactNode } from "react";
import type { PartShape } from "../api";
import { ChartPart } from "./chart";
import { FormPart } from "./form";
import { StatPart } from "./stat";
import { TablePart } from "./table";

export function Parts({ parts }: { parts: readonly PartShape[] }): ReactNode {
  return <div className="gb-stack">{inRows(parts).map((row, index) => (Array.isArray(row) ? <Stats key={index} of={row} /> : <One key={index} part={row} />))}</div>;
}

/** Numbers that follow each other stand side by side. */
function inRows(parts: readonly PartShape[]): (PartShape | PartShape[])[] {
  const rows: (PartShape | PartShape[])[] = [];
  for (const part of parts) {
    const last = rows[rows.length - 1];
    if (part.kind !== "stat") rows.push(part);
    else if (Array.isArray(last)) last.push(part);
    else rows.push([part]);
  }
  return rows;
}

function Stats({ of }: { of: readonly PartShape[] }): ReactNode {
  return (
    <div className="gb-stats">
      {of.map((part, index) => (
        <StatPart key={index} part={part} />
      ))}
    </div>
  );
}

function One({ part }: { part: PartShape }): ReactNode {
  const { words } = useModule();
  switch (part.kind) {
    case "table":
      return <TablePart part={part} />;
    case "form":
      return <FormPart part={part} />;
    case "chart":
      return <ChartPart part={part} />;
    case "stat":
      return <StatPart part={part} />;
    case "words":
      return <p dir="auto">{words(part.about)}</p>;
  }
}
