/** Removes a module, and says what becomes of its data. */
import type { ModuleDetail } from "@gutenbot/api";
import { Banner, Button, ConfirmDialog, SegmentedField, useApi, useNavigate, useWrite } from "@gutenbot/console";
import { Trash2 } from "lucide-react";
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
