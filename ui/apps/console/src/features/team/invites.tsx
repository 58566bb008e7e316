/** Invitations that nobody has taken yet. */
import type { Invite } from "@gutenbot/api";
import { Button, EmptyState, ErrorCard, NoPermission, RelativeTime, Skeleton, useApi, usePermission, useWrite } from "@gutenbot/console";
import { DataGrid } from "@gutenbot/console/grid";
import type { Column } from "@gutenbot/console/grid";
import { useMemo } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRoleTitles } from "../../shell/use-role-title";
import { INVITES, useInvites } from "./api";

export function Invites({ onInvite }: { onInvite: () => void }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const mayRead = usePermission("accounts:read");
  const mayWrite = usePermission("accounts:write");
  const titleOf = useRoleTitles();
  const list = useInvites(mayRead);
  const revoke = useWrite({
    run: (invite: Invite, key) => api.delete("/api/v1/invites/{invite}", { path: { invite: invite.id }, idempotencyKey: key }),
    changes: [INVITES],
    done: () => t("team.revoked"),
  });
  const columns = useMemo(
    (): Column<Invite>[] => [
      { id: "who", title: t("team.forWhom"), cell: (one) => one.name || one.email || t("team.anybody") },
      { id: "role", title: t("team.role"), cell: (one) => titleOf(one.role) },
      { id: "by", title: t("team.by"), cell: (one) => one.by, wideOnly: true },
      { id: "created", title: t("team.made"), cell: (one) => <RelativeTime at={one.created} />, wideOnly: true },
      { id: "expires", title: t("team.expires"), cell: (one) => <RelativeTime at={one.expires} /> },
    ],
    [t, titleOf],
  );
  if (!mayRead) return <NoPermission permission="accounts:read" />;
  if (list.error) return <ErrorCard error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data) return <Skeleton />;
  if (list.data.items.length === 0) {
    return (
      <EmptyState kind="first-use" title={t("team.noInvites")} action={mayWrite && <Button onClick={onInvite}>{t("team.invite")}</Button>}>
        {t("team.noInvitesText")}
      </EmptyState>
    );
  }
  const rowActions = (one: Invite) => (
    <Button small intent="quiet" busy={revoke.isPending && revoke.variables.id === one.id} onClick={() => revoke.mutate(one)}>
      {t("team.revoke")}
    </Button>
  );
  return <DataGrid label={t("team.invites")} rows={list.data.items} columns={columns} idOf={(one) => one.id} {...(mayWrite && { rowActions })} />;
}
