/** Keys of programs: made, shown once, taken back. */
import type { Key } from "@gutenbot/api";
import { Banner, Button, ConfirmDialog, CopyField, EmptyState, ErrorCard, NoPermission, Page, RelativeTime, Skeleton, useApi, usePermission, useWrite } from "@gutenbot/console";
import { DataGrid } from "@gutenbot/console/grid";
import type { Column } from "@gutenbot/console/grid";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRoleTitles } from "../../shell/use-role-title";
import { NewKeyDialog } from "./new-key";

export const KEYS = ["keys"] as const;

export default function KeysPage(): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const mayRead = usePermission("keys:read");
  const mayWrite = usePermission("keys:write");
  const [making, setMaking] = useState(false);
  const keys = useQuery({ queryKey: KEYS, queryFn: ({ signal }) => api.get("/api/v1/keys", { signal }), enabled: mayRead });
  if (!mayRead) return <NoPermission permission="keys:read" />;
  const make = mayWrite && (
    <Button intent="primary" icon={Plus} onClick={() => setMaking(true)}>
      {t("keys.new")}
    </Button>
  );
  return (
    <Page title={t("pages.keys")} purpose={t("keys.purpose")} actions={make}>
      {keys.error && <ErrorCard error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isPending && <Skeleton />}
      {keys.data && <KeyList keys={keys.data.items} mayWrite={mayWrite} onNew={() => setMaking(true)} />}
      {making && <NewKeyDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

function KeyList({ keys, mayWrite, onNew }: { keys: readonly Key[]; mayWrite: boolean; onNew: () => void }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const titleOf = useRoleTitles();
  const [revoking, setRevoking] = useState<Key | null>(null);
  const revoke = useWrite({
    run: (key: Key, idempotencyKey) => api.delete("/api/v1/keys/{name}", { path: { name: key.name }, idempotencyKey }),
    changes: [KEYS],
    done: (_, key) => t("keys.revoked", { name: key.name }),
    onDone: () => setRevoking(null),
  });
  const columns = useMemo(
    (): Column<Key>[] => [
      { id: "name", title: t("keys.name"), cell: (one) => one.name },
      { id: "prefix", title: t("keys.prefix"), cell: (one) => (one.prefix ? <code dir="ltr">{one.prefix}…</code> : "–"), wideOnly: true },
      { id: "role", title: t("keys.may"), cell: (one) => (one.scopes.length > 0 ? t("keys.scopes", { count: one.scopes.length }) : titleOf(one.role)) },
      { id: "used", title: t("keys.used"), cell: (one) => <RelativeTime at={one.last_used} /> },
      { id: "expires", title: t("keys.expires"), cell: (one) => <RelativeTime at={one.expires} />, wideOnly: true },
      { id: "by", title: t("keys.by"), cell: (one) => one.made_by, wideOnly: true },
      { id: "created", title: t("keys.created"), cell: (one) => <RelativeTime at={one.created} />, hidden: true },
    ],
    [t, titleOf],
  );
  if (keys.length === 0) {
    return (
      <EmptyState kind="first-use" title={t("keys.none")} action={mayWrite && <Button onClick={onNew}>{t("keys.new")}</Button>}>
        {t("keys.noneText")}
      </EmptyState>
    );
  }
  const rowActions = (one: Key) => (
    <Button small intent="quiet" onClick={() => setRevoking(one)}>
      {t("keys.revoke")}
      <span className="gb-unseen"> {one.name}</span>
    </Button>
  );
  return (
    <>
      <DataGrid label={t("pages.keys")} rows={keys} columns={columns} idOf={(one) => one.name} {...(mayWrite && { rowActions })} />
      {revoking && (
        <ConfirmDialog open title={t("keys.revokeTitle", { name: revoking.name })} verb={t("keys.revoke")} busy={revoke.isPending} onClose={() => setRevoking(null)} onConfirm={() => revoke.mutate(revoking)}>
          <p>{t("keys.revokeText")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

export function KeyShown({ value }: { value: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="gb-stack">
      <Banner tone="warn">{t("keys.once")}</Banner>
      <CopyField value={value} label={t("keys.key")} />
    </div>
  );
}
