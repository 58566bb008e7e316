/** A tag for many people at once: for those who are picked at once, with a way back; for all who match as a job. */
import { Button, Dialog, SegmentedField, TextField, useApi, useWrite } from "@gutenbot/console";
import type { Picked } from "@gutenbot/console/grid";
import { Tag } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

const FORM = "tag-people";
type Query = { q: string; tag: string[] };
type TagSome = { tag: string; people: { user: string; value: string | null }[] };

export function TagPicked({ bot, picked, query }: { bot: string; picked: Picked; query: Query }): ReactNode {
  const { t } = useTranslation("live");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button small icon={Tag} onClick={() => setOpen(true)}>
        {t("tagging.button")}
      </Button>
      {open && <Tagging bot={bot} picked={picked} query={query} onClose={() => setOpen(false)} />}
    </>
  );
}

function useTag(bot: string, onDone: () => void) {
  const { t } = useTranslation("live");
  const api = useApi();
  const send = (body: TagSome, key: string) => api.post("/api/v1/bots/{bot}/users/tags", { path: { bot }, body, idempotencyKey: key });
  const changes = [["users", bot]];
  const some = useWrite({
    run: send,
    changes,
    done: (found) => t("tagging.done", { tag: found.tag, count: found.people.length }),
    undo: (found, _, key) => send(found, key),
    onDone,
  });
  const all = useWrite({
    run: (body: Query & { name: string; value: string | null }, key) => api.post("/api/v1/bots/{bot}/users/tags/matching", { path: { bot }, body, idempotencyKey: key }),
    changes: [...changes, ["jobs"]],
    done: () => t("tagging.begun"),
    onDone,
  });
  return { some, all };
}

function Tagging({ bot, picked, query, onClose }: { bot: string; picked: Picked; query: Query; onClose: () => void }): ReactNode {
  const { t } = useTranslation("live");
  const [what, setWhat] = useState<"on" | "off">("on");
  const [tag, setTag] = useState("");
  const [value, setValue] = useState("");
  const done = () => {
    picked.clear();
    onClose();
  };
  const { some, all } = useTag(bot, done);
  const name = tag.trim().toUpperCase();
  const set = what === "on" ? value.trim() : null;
  const submit = () => {
    if (name === "") return;
    if (picked.everything) all.mutate({ ...query, name, value: set });
    else some.mutate({ tag: name, people: picked.ids.map((user) => ({ user, value: set })) });
  };
  const error = some.error ?? all.error;
  return (
    <Dialog
      title={t("tagging.title", { count: picked.count })}
      open
      onClose={onClose}
      actions={
        <Button intent="primary" type="submit" form={FORM} disabled={name === ""} busy={some.isPending || all.isPending}>
          {t(`tagging.verb.${what}`)}
        </Button>
      }
    >
      <form
        id={FORM}
        className="gb-stack"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <SegmentedField label={t("tagging.what")} value={what} onChange={setWhat} options={(["on", "off"] as const).map((one) => ({ value: one, label: t(`tagging.verb.${one}`) }))} />
        <TextField label={t("tagging.tag")} value={tag} onChange={setTag} required maxLength={100} autoFocus autoComplete="off" dir="auto" error={error?.message} />
        {what === "on" && <TextField label={t("tagging.value")} help={t("tagging.valueHelp")} value={value} onChange={setValue} maxLength={200} autoComplete="off" dir="auto" />}
        {name !== "" && (
          <p>
            {t(`tagging.effect.${what}`, { count: picked.count, tag: name })} {t(picked.everything ? "tagging.asJob" : "tagging.undoable")}
          </p>
        )}
      </form>
    </Dialog>
  );
}
