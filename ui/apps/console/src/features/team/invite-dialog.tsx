/** Invites somebody by a link: it needs no mail server, only a way to hand the link over. */
import { Button, CopyField, Dialog, ErrorCard, ExactTime, SelectField, TextField, useApi, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRoleTitles } from "../../shell/use-role-title";
import { INVITES, useRoles } from "./api";

export function InviteDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const roles = useRoles();
  const titleOf = useRoleTitles();
  const [role, setRole] = useState("agent");
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const make = useWrite({
    quiet: true,
    run: (_: void, key) => {
      const body = { role, ...(name.trim() && { name: name.trim() }), ...(email.trim() && { email: email.trim() }) };
      return api.post("/api/v1/invites", { body, idempotencyKey: key });
    },
    changes: [INVITES],
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    make.mutate();
  };
  const chosen = roles.data?.items.find((one) => one.name === role);
  if (make.data) {
    return (
      <Dialog open title={t("team.inviteMade")} onClose={onClose} actions={<Button intent="primary" onClick={onClose}>{t("team.done")}</Button>}>
        <div className="gb-stack">
          <p>{t("team.inviteMadeText")}</p>
          <CopyField value={make.data.link} label={t("team.inviteLink")} />
          <p className="gb-faint">
            {t("team.goodUntil")} <ExactTime at={make.data.expires} />
          </p>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      title={t("team.invite")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("word.cancel")}</Button>
          <Button type="submit" form="invite" intent="primary" busy={make.isPending} disabled={!roles.data}>
            {t("team.makeLink")}
          </Button>
        </>
      }
    >
      <form id="invite" className="gb-stack" onSubmit={submit}>
        <p className="gb-faint">{t("team.inviteText")}</p>
        <SelectField label={t("team.role")} value={role} onChange={setRole} help={chosen?.description} options={(roles.data?.items ?? []).map((one) => ({ value: one.name, label: titleOf(one.name, one.title) }))} />
        <TextField label={t("team.inviteName")} value={name} onChange={setName} autoComplete="off" dir="auto" />
        <TextField label={t("team.inviteEmail")} type="email" value={email} onChange={setEmail} autoComplete="off" dir="ltr" />
        {(make.error ?? roles.error) && <ErrorCard error={make.error ?? roles.error} />}
      </form>
    </Dialog>
  );
}
