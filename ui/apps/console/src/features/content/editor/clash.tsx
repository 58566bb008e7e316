/** Two people wrote into the same field: both are shown, and one of them says which stays. */
import { Button, Dialog, DiffView, RelativeTime } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Changed } from "../types";

export function ClashDialog({ clash, onSettle }: { clash: Changed; onSettle: (keep: "mine" | "theirs") => void }): ReactNode {
  const { t } = useTranslation("content");
  const actions = (
    <>
      <Button onClick={() => onSettle("theirs")}>{t("clash.theirs")}</Button>
      <Button intent="primary" onClick={() => onSettle("mine")}>
        {t("clash.mine")}
      </Button>
    </>
  );
  return (
    <Dialog open wide title={t("clash.title", { name: clash.by || t("clash.somebody") })} onClose={() => onSettle("mine")} actions={actions}>
      <div className="gb-stack">
        <p>
          {t("clash.text", { fields: clash.same_fields.includes("*") ? t("clash.all") : clash.same_fields.join(", ") })} {clash.at > 0 && <RelativeTime at={clash.at} />}
        </p>
        <DiffView before={clash.theirs.yaml} after={clash.mine.yaml} label={t("clash.diff")} />
        <p className="gb-faint">{t("clash.legend")}</p>
      </div>
    </Dialog>
  );
}
