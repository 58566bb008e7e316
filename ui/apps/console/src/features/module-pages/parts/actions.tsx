/** What can be done with a row: buttons that call a route, after asking where that is wanted. */
import { Button, ConfirmDialog, Dialog, may, useApi, useModule, useSession, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { call, filled } from "../api";
import type { ActionShape, Row } from "../api";
import { keyOf, partOf, textOf } from "./data";
import { RouteForm } from "./form";

export function RowActions({ actions, row }: { actions: readonly ActionShape[]; row: Row }): ReactNode {
  const session = useSession();
  const allowed = actions.filter((action) => may(session, action.route.permission) && fits(action, row));
  return (
    <div className="gb-row">
      {allowed.map((action) => (
        <RowAction key={action.title} action={action} row={row} />
      ))}
    </div>
  );
}

function fits(action: ActionShape, row: Row): boolean {
  return Object.entries(action.when).every(([field, wanted]) => partOf(row, field) === wanted);
}

function RowAction({ action, row }: { action: ActionShape; row: Row }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const { name, words, values } = useModule();
  const [open, setOpen] = useState(false);
  const title = words(action.title);
  const undo = action.undo;
  const write = useWrite<unknown>({
    run: (_, idempotencyKey) => call(api, action.route.method, action.route.path, { path: filled(action.route.path, row, values) ?? {}, idempotencyKey }),
    changes: [keyOf(name)],
    done: () => (action.done ? words(action.done, row) : t("modulePages.done")),
    onDone: () => setOpen(false),
    ...(undo && { undo: (_: unknown, __: void, idempotencyKey: string) => call(api, undo.method, undo.path, { path: filled(undo.path, row, values) ?? {}, idempotencyKey }) }),
  });
  const asks = action.form || action.confirm !== "" || action.typed !== "";
  const danger = action.route.method === "DELETE" || action.typed !== "";
  const typed = action.typed && textOf(partOf(row, action.typed) ?? action.typed);
  return (
    <>
      <Button small busy={write.isPending} onClick={() => (asks ? setOpen(true) : write.mutate())}>
        {title}
      </Button>
      {action.form ? (
        <Dialog title={title} open={open} onClose={() => setOpen(false)}>
          {open && <RouteForm route={action.route} values={row} row={row} submit={title} {...(action.done && { done: words(action.done, row) })} onDone={() => setOpen(false)} />}
        </Dialog>
      ) : (
        asks && (
          <ConfirmDialog title={title} open={open} onClose={() => setOpen(false)} onConfirm={() => write.mutate()} verb={title} busy={write.isPending} danger={danger} {...(typed && { typed })}>
            <p dir="auto">{action.confirm ? words(action.confirm, row) : t("modulePages.sure")}</p>
          </ConfirmDialog>
        )
      )}
    </>
  );
}
