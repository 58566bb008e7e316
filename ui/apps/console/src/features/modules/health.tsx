/** How a module fares: its steps of the pipeline, its tasks, its errors. */
import type { ModuleDetail } from "@gutenbot/api";
import { Facts, Link, Section } from "@gutenbot/console";
import { DataGrid } from "@gutenbot/console/grid";
import type { Column } from "@gutenbot/console/grid";
import { useMemo } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

type Wrap = ModuleDetail["wraps"][number];

export function Health({ module }: { module: ModuleDetail }): ReactNode {
  const { t } = useTranslation("modules");
  const columns = useMemo(
    (): Column<Wrap>[] => [
      { id: "name", title: t("detail.wrap"), cell: (one) => `${one.stage}: ${one.name}` },
      { id: "runs", title: t("detail.runs"), cell: (one) => one.runs },
      { id: "average", title: t("detail.average"), cell: (one) => (one.ms === null ? "–" : t("detail.ms", { ms: one.ms })) },
      { id: "errors", title: t("detail.wrapErrors"), cell: (one) => one.errors },
      { id: "enabled", title: t("detail.enabled"), cell: (one) => (one.enabled ? t("detail.yes") : one.reason || t("detail.no")) },
    ],
    [t],
  );
  return (
    <>
      <Facts
        of={[
          [t("detail.wrapErrors"), module.errors],
          [t("detail.turn"), module.ms_per_turn === null ? t("detail.notRun") : t("detail.ms", { ms: module.ms_per_turn })],
          [t("detail.tasks"), module.tasks],
        ]}
      />
      {module.wraps.length > 0 && (
        <Section title={t("kind.wraps")} actions={<Link to="/pipeline">{t("detail.openPipeline")}</Link>}>
          <DataGrid label={t("kind.wraps")} rows={module.wraps} columns={columns} idOf={(one) => `${one.stage}/${one.name}`} />
        </Section>
      )}
    </>
  );
}
