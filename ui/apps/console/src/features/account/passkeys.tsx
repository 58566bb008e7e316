/** Passkeys: sign in with the finger, the face or a key, without a password. */
import type { Passkey } from "@gutenbot/api";
import { Banner, Button, ConfirmDialog, Dialog, EmptyState, ErrorCard, RelativeTime, Section, Skeleton, TextField, useApi, useWrite } from "@gutenbot/console";
import { DataGrid } from "@gutenbot/console/grid";
import type { Column } from "@gutenbot/console/grid";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { hasPasskeys, makePasskey, wasCancelled } from "../sign-in/passkey";

const PASSKEYS = ["account", "passkeys"] as const;

export function Passkeys(): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const [adding, setAdding] = useState(false);
  const list = useQuery({ queryKey: PASSKEYS, queryFn: ({ signal }) => api.get("/api/v1/account/passkeys", { signal }) });
  const usable = hasPasskeys() && isSecureContext;
  return (
    <Section title={t("passkeys.title")} about={t("passkeys.about")} actions={usable && <Button onClick={() => setAdding(true)}>{t("passkeys.add")}</Button>}>
      {!usable && <Banner tone="info">{t("passkeys.notHere")}</Banner>}
      {list.error && <ErrorCard error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton lines={2} />}
      {list.data && <PasskeyList passkeys={list.data.items} />}
      {adding && <AddPasskey onClose={() => setAdding(false)} />}
    </Section>
  );
}

function PasskeyList({ passkeys }: { passkeys: readonly Passkey[] }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const [removing, setRemoving] = useState<Passkey | null>(null);
  const remove = useWrite({
    run: (one: Passkey) => api.delete("/api/v1/account/passkeys/{passkey}", { path: { passkey: one.id } }),
    changes: [PASSKEYS],
    done: (_, one) => t("passkeys.removed", { name: one.name }),
    onDone: () => setRemoving(null),
  });
  const columns = useMemo(
    (): Column<Passkey>[] => [
      { id: "name", title: t("passkeys.name"), cell: (one) => one.name },
      { id: "created", title: t("keys.created"), cell: (one) => <RelativeTime at={one.created} /> },
      { id: "used", title: t("keys.used"), cell: (one) => <RelativeTime at={one.last_used} />, wideOnly: true },
    ],
    [t],
  );
  if (passkeys.length === 0) return <EmptyState kind="first-use" title={t("passkeys.none")} />;
  const rowActions = (one: Passkey) => (
    <Button small intent="quiet" onClick={() => setRemoving(one)}>
      {t("team.remove")}
    </Button>
  );
  return (
    <>
      <DataGrid label={t("passkeys.title")} rows={passkeys} columns={columns} idOf={(one) => one.id} rowActions={rowActions} />
      {removing && (
        <ConfirmDialog open title={t("passkeys.removeTitle", { name: removing.name })} verb={t("team.remove")} busy={remove.isPending} onClose={() => setRemoving(null)} onConfirm={() => remove.mutate(removing)}>
          <p>{t("passkeys.removeText")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function AddPasskey({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const [name, setName] = useState("");
  const add = useWrite({
    quiet: true,
    run: async () => {
      const options = await api.post("/api/v1/account/passkeys/options");
      return api.post("/api/v1/account/passkeys", { body: { name: name.trim(), credential: await makePasskey(options) } });
    },
    changes: [PASSKEYS],
    done: () => t("passkeys.added"),
    onDone: onClose,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Dialog open title={t("passkeys.add")} onClose={onClose}>
      <form className="gb-stack" onSubmit={submit}>
        <TextField label={t("passkeys.name")} help={t("passkeys.nameHelp")} required value={name} onChange={setName} dir="auto" />
        {add.error && !wasCancelled(add.error) && <ErrorCard error={add.error} />}
        <Button type="submit" intent="primary" busy={add.isPending}>
          {t("passkeys.add")}
        </Button>
      </form>
    </Dialog>
  );
}
