/** A new key: for what program, with which role, for how long. */
import { Problem } from "@gutenbot/api";
import { Button, CheckField, Dialog, ErrorCard, SelectField, TextField, useApi, useSession, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRoleTitles } from "../../shell/use-role-title";
import { useRoles } from "../team/api";
import { usePermissionWords } from "../team/permission-words";
import { groupsOf } from "../team/roles";
import { KEYS, KeyShown } from "./page";

const SOME = "";
const LASTS = ["30", "90", "365", ""] as const;
const DAY_MS = 86_400_000;

/** The moment at which a key ends; null for never. */
function endOf(days: string): string | null {
  return days === "" ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();
}

export function NewKeyDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const words = usePermissionWords();
  const api = useApi();
  const roles = useRoles();
  const titleOf = useRoleTitles();
  const [name, setName] = useState("");
  const [role, setRole] = useState("analyst");
  const [days, setDays] = useState("90");
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set());
  const own = useSession().permissions;
  const make = useWrite({
    quiet: true,
    run: (_: void, key) => api.post("/api/v1/keys", { body: { name: name.trim(), ...(role === SOME ? { scopes: [...scopes].sort() } : { role }), expires: endOf(days) }, idempotencyKey: key }),
    changes: [KEYS],
  });
  const fields = make.error instanceof Problem ? make.error.fields : {};
  const toggle = (permission: string, on: boolean) =>
    setScopes((now) => new Set(on ? [...now, permission] : [...now].filter((one) => one !== permission)));
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
          <Button type="submit" form="key" intent="primary" busy={make.isPending} disabled={name.trim() === "" || (role === SOME && scopes.size === 0)}>
            {t("keys.make")}
          </Button>
        </>
      }
    >
      <form id="key" className="gb-stack" onSubmit={submit}>
        <TextField label={t("keys.name")} help={t("keys.nameHelp")} required autoComplete="off" error={fields.name} value={name} onChange={setName} dir="auto" />
        <SelectField label={t("team.role")} value={role} onChange={setRole} options={[...(roles.data?.items ?? []).map((one) => ({ value: one.name, label: titleOf(one.name, one.title) })), { value: SOME, label: t("keys.some") }]} />
        {role === SOME &&
          groupsOf(roles.data?.permissions ?? []).map(([group, some]) => (
            <fieldset key={group} className="gb-checks">
              <legend>{group}</legend>
              {some.map((one) => (
                <CheckField key={one.name} label={words.titleOf(one).replaceAll("`", "")} value={scopes.has(one.name)} disabled={!own.includes(one.name)} onChange={(on) => toggle(one.name, on)} />
              ))}
            </fieldset>
          ))}
        <SelectField label={t("keys.expires")} value={days} onChange={setDays} options={LASTS.map((one) => ({ value: one, label: one === "" ? t("keys.never") : t("keys.days", { count: Number(one) }) }))} />
        {make.error && fields.name === undefined && <ErrorCard error={make.error} />}
      </form>
    </Dialog>
  );
}
