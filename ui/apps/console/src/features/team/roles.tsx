/** Roles and what they allow, as a table: one row for each permission, one column for each role. */
import type { Permission, Role } from "@gutenbot/api";
import { Button, ConfirmDialog, ErrorCard, IconButton, Menu, Skeleton, Ticked, useApi, usePermission, useSession, useWrite } from "@gutenbot/console";
import { Check, EllipsisVertical, Plus } from "lucide-react";
import { Fragment, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRoleTitles } from "../../shell/use-role-title";
import { usePermissionWords } from "./permission-words";
import { ROLES, useRoles } from "./api";
import { RoleEditor } from "./role-editor";
import { useViewAs } from "./view-as";

type Editing = { role: Role; fresh: boolean };

export function Roles(): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const mayWrite = usePermission("roles:write");
  const roles = useRoles();
  const [editing, setEditing] = useState<Editing | null>(null);
  const [removing, setRemoving] = useState<Role | null>(null);
  const titleOf = useRoleTitles();
  const words = usePermissionWords();
  const remove = useWrite({
    run: (role: Role, key) => api.delete("/api/v1/roles/{name}", { path: { name: role.name }, idempotencyKey: key }),
    changes: [ROLES],
    done: (_, role) => t("roles.removed", { role: role.title }),
    onDone: () => setRemoving(null),
  });
  if (roles.error) return <ErrorCard error={roles.error} onRetry={() => void roles.refetch()} />;
  if (!roles.data) return <Skeleton lines={8} />;
  const { items, permissions } = roles.data;
  return (
    <div className="gb-stack">
      {mayWrite && (
        <div className="gb-row">
          <Button icon={Plus} onClick={() => setEditing({ role: EMPTY, fresh: true })}>
            {t("roles.new")}
          </Button>
        </div>
      )}
      <div className="gb-grid-frame gb-matrix" tabIndex={0} role="region" aria-label={t("team.roles")}>
        <table>
          <caption className="gb-unseen">{t("roles.matrix")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("roles.permission")}</th>
              {items.map((role) => (
                <th key={role.name} scope="col">
                  <RoleHead role={role} mayWrite={mayWrite} onEdit={() => setEditing({ role, fresh: false })} onRemove={() => setRemoving(role)} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groupsOf(permissions).map(([group, some]) => (
              <Fragment key={group}>
                <tr className="gb-matrix-group">
                  <th scope="rowgroup" colSpan={items.length + 1}>
                    {words.groupOf(group)}
                  </th>
                </tr>
                {some.map((permission) => (
                  <tr key={permission.name}>
                    <th scope="row">
                      <Ticked text={words.titleOf(permission)} />
                      <br />
                      <code className="gb-faint">{permission.name}</code>
                    </th>
                    {items.map((role) => (
                      <td key={role.name}>
                        <Mark allowed={role.permissions.includes(permission.name)} />
                      </td>
                    ))}
                  </tr>
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
      {editing && <RoleEditor role={editing.role} fresh={editing.fresh} permissions={permissions} onClose={() => setEditing(null)} />}
      {removing && (
        <ConfirmDialog open title={t(removing.builtin ? "roles.restoreTitle" : "roles.removeTitle", { role: titleOf(removing.name, removing.title) })} verb={t(removing.builtin ? "roles.restore" : "roles.remove")} busy={remove.isPending} onClose={() => setRemoving(null)} onConfirm={() => remove.mutate(removing)}>
          <p>{t(removing.builtin ? "roles.restoreText" : "roles.removeText", { members: removing.members })}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

const EMPTY: Role = { name: "", title: "", description: "", permissions: [], scopes: {}, builtin: false, members: 0 };

/** Permissions by group, in the order of the server. */
export function groupsOf(permissions: readonly Permission[]): [string, Permission[]][] {
  const names = [...new Set(permissions.map((one) => one.group))];
  return names.map((name) => [name, permissions.filter((one) => one.group === name)]);
}

function Mark({ allowed }: { allowed: boolean }): ReactNode {
  const { t } = useTranslation();
  if (!allowed) return <span className="gb-unseen">{t("roles.no")}</span>;
  return (
    <>
      <Check size={16} aria-hidden />
      <span className="gb-unseen">{t("roles.yes")}</span>
    </>
  );
}

function RoleHead({ role, mayWrite, onEdit, onRemove }: { role: Role; mayWrite: boolean; onEdit: () => void; onRemove: () => void }): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const titleOf = useRoleTitles();
  const viewAs = useViewAs();
  const see = useWrite({ run: () => viewAs(role.name) });
  const maySee = session.permissions.includes("accounts:view-as") && session.viewing_as === null && role.name !== session.role;
  const title = titleOf(role.name, role.title);
  return (
    <span className="gb-role">
      <span>
        {title}
        <br />
        <span className="gb-faint">{t("roles.members", { count: role.members })}</span>
      </span>
      {(maySee || mayWrite) && (
        <Menu
          entries={[
            ...(maySee ? [{ label: t("viewAs.verb", { role: title }), onClick: () => see.mutate() }] : []),
            ...(mayWrite && role.name !== "owner" ? [{ label: t("roles.edit"), onClick: onEdit }] : []),
            ...(mayWrite && role.name !== "owner" ? [{ label: t(role.builtin ? "roles.restore" : "roles.remove"), onClick: onRemove, danger: true }] : []),
          ]}
        >
          <IconButton icon={EllipsisVertical} label={t("roles.actions", { role: title })} />
        </Menu>
      )}
    </span>
  );
}
