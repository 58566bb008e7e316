/** A new key: for what program, with which role, for how long. */
import { Problem } from "@gutenbot/api";
import { Button, Dialog, ErrorCard, SelectField, TextField, useApi, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRoleTitles } from "../../shell/use-role-title";
import { useRoles } from "../team/api";
import { KEYS, KeyShown } from "./page";

export function NewKeyDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const roles = useRoles();
  const titleOf = useRoleTitles();
  const [name, setName] = useState("");
  const [role, setRole] = useState("analyst");
  const make = useWrite({
    quiet: true,
    run: (_: void, key) => api.post("/api/v1/keys", { body: { name: name.trim(), role: role as "viewer" }, idempotencyKey: key }),
    changes: [KEYS],
  });
  const fields = make.error instanceof Problem ? make.error.fields : {};
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    make.mutate();
  };
  if (make.data) {
    return (
      <Dialog open title={t("keys.made")} onClose={onClose} actions={<Button intent="primary" onClick={onClose}>{t("team.done")}</Button>}>
        <KeyShown value={make.data.key} />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      title={t("keys.new")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("word.cancel")}</Button>
          <Button type="submit" form="key" intent="primary" busy={make.isPending}>
            {t("keys.make")}
          </Button>
        </>
      }
    >
      <form id="key" className="gb-stack" onSubmit={submit}>
        <TextField label={t("keys.name")} help={t("keys.nameHelp")} required autoComplete="off" error={fields.name} value={name} onChange={setName} dir="auto" />
        <SelectField label={t("team.role")} value={role} onChange={setRole} options={(roles.data?.items ?? []).map((one) => ({ value: one.name, label: titleOf(one.name, one.title) }))} />
        {make.error && fields.name === undefined && <ErrorCard error={make.error} />}
      </form>
    </Dialog>
  );
}
