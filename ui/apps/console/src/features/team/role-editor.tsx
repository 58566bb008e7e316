/** A role: its name, what it is for, what it allows. Nobody can give more than they have. */
import type { Permission, Role } from "@gutenbot/api";
import { Banner, Button, CheckField, Dialog, ErrorCard, TextField, useApi, useSession, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ROLES } from "./api";
import { usePermissionWords } from "./permission-words";
import { groupsOf } from "./roles";

export function RoleEditor({ role, fresh, permissions, onClose }: { role: Role; fresh: boolean; permissions: readonly Permission[]; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const words = usePermissionWords();
  const api = useApi();
  const own = useSession().permissions;
  const [title, setTitle] = useState(role.title);
  const [description, setDescription] = useState(role.description);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(role.permissions));
  const name = fresh ? nameFrom(title) : role.name;
  const save = useWrite({
    quiet: true,
    run: (_: void, key) => api.put("/api/v1/roles/{name}", { path: { name }, body: { title: title.trim(), description: description.trim(), permissions: [...chosen].sort(), scopes: role.scopes }, idempotencyKey: key }),
    changes: [ROLES],
    done: () => t("roles.saved", { role: title }),
    onDone: onClose,
  });
  const toggle = (permission: string, on: boolean) =>
    setChosen((now) => {
      const next = new Set(now);
      if (on) next.add(permission);
      else next.delete(permission);
      return next;
    });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (name !== "") save.mutate();
  };
  return (
    <Dialog
      open
      wide
      title={fresh ? t("roles.new") : t("roles.editTitle", { role: role.title })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("word.cancel")}</Button>
          <Button type="submit" form="role" intent="primary" busy={save.isPending} disabled={name === ""}>
            {t("roles.save")}
          </Button>
        </>
      }
    >
      <form id="role" className="gb-stack" onSubmit={submit}>
        {role.members > 0 && <Banner tone="warn">{t("roles.affects", { count: role.members })}</Banner>}
        <TextField label={t("roles.title")} required value={title} onChange={setTitle} dir="auto" />
        <TextField label={t("roles.description")} value={description} onChange={setDescription} dir="auto" />
        {groupsOf(permissions).map(([group, some]) => (
          <fieldset key={group} className="gb-checks">
            <legend>{words.groupOf(group)}</legend>
            {some.map((permission) => (
              <CheckField
                key={permission.name}
                label={words.titleOf(permission).replaceAll("`", "")}
                value={chosen.has(permission.name)}
                disabled={!own.includes(permission.name)}
                onChange={(on) => toggle(permission.name, on)}
                help={<code>{permission.name}</code>}
              />
            ))}
          </fieldset>
        ))}
        {save.error && <ErrorCard error={save.error} />}
      </form>
    </Dialog>
  );
}

/** “Night shift” is kept as `night-shift`. */
export function nameFrom(title: string): string {
  const plain = title.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
}
