/** Removes a module, and says what becomes of its data. */
import type { ModuleDetail } from "@gutenbot/api";
import { Banner, Button, ConfirmDialog, ErrorCard, Facts, SegmentedField, Skeleton, useApi, useNavigate, useQuery, useWrite } from "@gutenbot/console";
import { Download, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { EVERYTHING } from "./api";

type Data = "keep" | "drop";

export function Uninstall({ module }: { module: ModuleDetail }): ReactNode {
  const { t } = useTranslation("modules");
  const api = useApi();
  const navigate = useNavigate();
  const [data, setData] = useState<Data>("keep");
  const [asking, setAsking] = useState(false);
  const remove = useWrite({
    run: (_: void, idempotencyKey) => api.delete("/api/v1/modules/{module}", { path: { module: module.name }, query: { data }, idempotencyKey }),
    changes: [EVERYTHING],
    done: (gone) => t("uninstall.done", { name: gone.module }),
    onDone: () => void navigate("/modules"),
  });
  if (!module.removable) return <Banner tone="info">{t("uninstall.notHere", { name: module.distribution || module.name })}</Banner>;
  return (
    <div className="gb-stack">
      <p>{t("uninstall.what")}</p>
      {module.needed_by.length > 0 && <Banner tone="warn">{t("neededBy", { names: module.needed_by.join(", ") })}</Banner>}
      <Kept module={module.name} />
      <SegmentedField<Data>
        label={t("uninstall.data")}
        value={data}
        onChange={setData}
        options={[
          { value: "keep", label: t("uninstall.keep") },
          { value: "drop", label: t("uninstall.drop") },
        ]}
      />
      <p className="gb-faint">{t(data === "keep" ? "uninstall.keepText" : "uninstall.dropText")}</p>
      <span>
        <Button intent="danger" icon={Trash2} disabled={module.needed_by.length > 0} onClick={() => setAsking(true)}>
          {t("uninstall.remove")}
        </Button>
      </span>
      <ConfirmDialog
        open={asking}
        title={t("uninstall.title", { name: module.name })}
        verb={t("uninstall.remove")}
        busy={remove.isPending}
        {...(data === "drop" && { typed: module.name })}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate()}
      >
        <p>{t(data === "keep" ? "uninstall.keepText" : "uninstall.dropText")}</p>
      </ConfirmDialog>
    </div>
  );
}

/** How much a module keeps, table by table, and all of it as a file. */
function Kept({ module }: { module: string }): ReactNode {
  const { t } = useTranslation("modules");
  const api = useApi();
  const data = useQuery({ queryKey: ["modules", module, "data"], queryFn: ({ signal }) => api.get("/api/v1/modules/{module}/data", { path: { module }, signal }) });
  const write = useWrite({
    run: (_: void, idempotencyKey) => api.post("/api/v1/modules/{module}/data/exports", { path: { module }, idempotencyKey }),
    changes: [["jobs"]],
    done: () => t("uninstall.exporting"),
  });
  if (data.error) return <ErrorCard error={data.error} onRetry={() => void data.refetch()} />;
  if (data.isPending) return <Skeleton />;
  const { tables, settings } = data.data;
  return (
    <section className="gb-stack" aria-label={t("uninstall.has")}>
      <h3>{t("uninstall.has")}</h3>
      <Facts
        of={[
          ...tables.map((one) => [one.name, t("uninstall.rows", { count: one.rows })] as const),
          [t("detail.settings"), t("uninstall.set", { count: settings })] as const,
        ]}
      />
      {tables.length > 0 && (
        <span>
          <Button icon={Download} busy={write.isPending} onClick={() => write.mutate()}>
            {t("uninstall.export")}
          </Button>
        </span>
      )}
    </section>
  );
}
