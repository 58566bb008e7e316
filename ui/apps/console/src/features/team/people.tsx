/** Who is in the team, with which role, and what can be done about it. */
import type { Person } from "@gutenbot/api";
import { Avatar, Button, ConfirmDialog, CopyField, Dialog, EmptyState, ExactTime, IconButton, Menu, RelativeTime, SelectField, StatusPill, useApi, useCursorList, usePermission, useSession, useWrite } from "@gutenbot/console";
import type { MenuEntry } from "@gutenbot/console";
import { ListBody } from "@gutenbot/console/grid";
import type { Column } from "@gutenbot/console/grid";
import { EllipsisVertical } from "lucide-react";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRoleTitles } from "../../shell/use-role-title";
import { PEOPLE, ROLES, useRoles } from "./api";

type Doing = { kind: "role" | "disable" | "enable" | "remove" | "sign-out" | "reset"; person: Person };

export function People({ onInvite }: { onInvite: (() => void) | undefined }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const me = useSession().account.id;
  const mayWrite = usePermission("accounts:write");
  const titleOf = useRoleTitles();
  const [doing, setDoing] = useState<Doing | null>(null);
  const list = useCursorList(PEOPLE, (after, signal) => api.get("/api/v1/accounts", { query: { limit: 100, ...(after && { after }) }, signal }));
  const columns = useMemo(
    (): Column<Person>[] => [
      { id: "name", title: t("team.person"), cell: (one) => <PersonCell person={one} me={one.id === me} /> },
      { id: "role", title: t("team.role"), cell: (one) => titleOf(one.role) },
      { id: "state", title: t("team.state"), cell: (one) => (one.disabled ? <StatusPill tone="warn">{t("team.disabled")}</StatusPill> : <StatusPill tone="good">{t("team.active")}</StatusPill>) },
      { id: "two", title: t("team.twoFactor"), cell: (one) => t(one.two_factor ? "team.on" : "team.off"), wideOnly: true },
      { id: "seen", title: t("team.seen"), cell: (one) => <RelativeTime at={one.seen} />, wideOnly: true },
    ],
    [t, me, titleOf],
  );
  const alone = list.items.length === 1 && onInvite;
  return (
    <>
      <ListBody
        label={t("team.people")}
        list={list}
        columns={columns}
        idOf={(one) => one.id}
        {...(mayWrite && { rowActions: (one: Person) => <Verbs person={one} me={one.id === me} onDo={(kind) => setDoing({ kind, person: one })} /> })}
        firstUse={<EmptyState kind="first-use" title={t("team.onlyYou")} />}
      />
      {alone && (
        <EmptyState kind="first-use" title={t("team.onlyYou")} action={<Button onClick={onInvite}>{t("team.invite")}</Button>}>
          {t("team.onlyYouText")}
        </EmptyState>
      )}
      {doing && <Act doing={doing} onClose={() => setDoing(null)} />}
    </>
  );
}

function PersonCell({ person, me }: { person: Person; me: boolean }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="gb-person">
      <Avatar name={person.name} />
      <span>
        <strong dir="auto">{person.name}</strong> {me && <span className="gb-faint">({t("team.you")})</span>}
        <br />
        <span className="gb-faint" dir="ltr">
          {person.email}
        </span>
      </span>
    </span>
  );
}

function Verbs({ person, me, onDo }: { person: Person; me: boolean; onDo: (kind: Doing["kind"]) => void }): ReactNode {
  const { t } = useTranslation();
  const entries: MenuEntry[] = [
    { label: t("team.changeRole"), onClick: () => onDo("role"), disabled: me },
    { label: t("team.resetLink"), onClick: () => onDo("reset") },
    { label: t("team.signOut"), onClick: () => onDo("sign-out") },
    "line",
    person.disabled ? { label: t("team.enable"), onClick: () => onDo("enable") } : { label: t("team.disable"), onClick: () => onDo("disable"), disabled: me, danger: true },
    { label: t("team.remove"), onClick: () => onDo("remove"), disabled: me, danger: true },
  ];
  return (
    <Menu entries={entries}>
      <IconButton icon={EllipsisVertical} label={t("team.actions", { name: person.name })} />
    </Menu>
  );
}

function Act({ doing: { kind, person }, onClose }: { doing: Doing; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const path = { account: person.id };
  const run = useWrite<unknown>({
    run: (_, key) => {
      if (kind === "remove") return api.delete("/api/v1/accounts/{account}", { path, idempotencyKey: key });
      if (kind === "sign-out") return api.delete("/api/v1/accounts/{account}/sessions", { path, idempotencyKey: key });
      return api.patch("/api/v1/accounts/{account}", { path, body: { disabled: kind === "disable" }, idempotencyKey: key });
    },
    changes: [PEOPLE, ROLES],
    done: () => t(`team.did.${kind === "role" || kind === "reset" ? "enable" : kind}`, { name: person.name }),
    onDone: onClose,
  });
  if (kind === "role") return <RoleDialog person={person} onClose={onClose} />;
  if (kind === "reset") return <ResetDialog person={person} onClose={onClose} />;
  return (
    <ConfirmDialog
      open
      title={t(`team.ask.${kind}.title`, { name: person.name })}
      verb={t(`team.ask.${kind}.verb`)}
      danger={kind === "remove" || kind === "disable"}
      busy={run.isPending}
      onClose={onClose}
      onConfirm={() => run.mutate()}
      {...(kind === "remove" && { typed: person.email })}
    >
      <p>{t(`team.ask.${kind}.text`, { name: person.name })}</p>
    </ConfirmDialog>
  );
}

function RoleDialog({ person, onClose }: { person: Person; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const roles = useRoles();
  const titleOf = useRoleTitles();
  const [role, setRole] = useState(person.role);
  const before = person.role;
  const put = (id: string, value: string, key: string) => api.patch("/api/v1/accounts/{account}", { path: { account: id }, body: { role: value }, idempotencyKey: key });
  const save = useWrite({
    run: (_: void, key) => put(person.id, role, key),
    undo: (_, __, key) => put(person.id, before, key),
    changes: [PEOPLE, ROLES],
    done: () => t("team.roleChanged", { name: person.name, from: titleOf(before), to: titleOf(role) }),
    onDone: onClose,
  });
  const chosen = roles.data?.items.find((one) => one.name === role);
  return (
    <Dialog
      open
      title={t("team.changeRoleOf", { name: person.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("word.cancel")}</Button>
          <Button intent="primary" busy={save.isPending} disabled={role === person.role} onClick={() => save.mutate()}>
            {t("team.saveRole")}
          </Button>
        </>
      }
    >
      <SelectField label={t("team.role")} value={role} onChange={setRole} help={chosen?.description} options={(roles.data?.items ?? []).map((one) => ({ value: one.name, label: titleOf(one.name, one.title) }))} />
    </Dialog>
  );
}

function ResetDialog({ person, onClose }: { person: Person; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const make = useWrite({ run: (_: void, key) => api.post("/api/v1/accounts/{account}/reset-link", { path: { account: person.id }, idempotencyKey: key }) });
  const link = make.data;
  return (
    <Dialog
      open
      title={t("team.resetFor", { name: person.name })}
      onClose={onClose}
      actions={
        link ? (
          <Button intent="primary" onClick={onClose}>
            {t("team.done")}
          </Button>
        ) : (
          <Button intent="primary" busy={make.isPending} onClick={() => make.mutate()}>
            {t("team.makeLink")}
          </Button>
        )
      }
    >
      <div className="gb-stack">
        <p>{t("team.resetText", { name: person.name })}</p>
        {link && (
          <>
            <CopyField value={link.link} label={t("team.resetLink")} />
            <p className="gb-faint">
              {t("team.goodUntil")} <ExactTime at={link.expires} />
            </p>
          </>
        )}
      </div>
    </Dialog>
  );
}
