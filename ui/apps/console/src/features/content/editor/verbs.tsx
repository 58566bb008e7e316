/** What can be done with a whole item: rename, duplicate, archive, back to the code, remove. Each says first what follows. */
import { Problem } from "@gutenbot/api";
import { Banner, Button, CodeView, ConfirmDialog, Dialog, TextField, useBot, useNavigate, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { addressOfItem, KEY, useContent } from "../api";
import type { Renamed, Use } from "../types";
import { useEditing } from "./context";
import { UseList } from "./usage";

export type Verb = "rename" | "duplicate" | "archive" | "revert" | "remove";

export function ItemVerbs({ verb, onClose }: { verb: Verb; onClose: () => void }): ReactNode {
  if (verb === "rename") return <Rename onClose={onClose} />;
  if (verb === "duplicate") return <Duplicate onClose={onClose} />;
  if (verb === "remove") return <Remove onClose={onClose} />;
  return <Sure verb={verb} onClose={onClose} />;
}

const FORM = "item-id";

function IdDialog({ title, help, verb, busy, error, value, onChange, onSubmit, onClose }: { title: string; help: string; verb: string; busy: boolean; error: Error | null; value: string; onChange: (value: string) => void; onSubmit: () => void; onClose: () => void }): ReactNode {
  const { t } = useTranslation("content");
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSubmit();
  };
  const actions = (
    <>
      <Button onClick={onClose}>{t("word.cancel")}</Button>
      <Button intent="primary" type="submit" form={FORM} busy={busy}>
        {verb}
      </Button>
    </>
  );
  return (
    <Dialog open title={title} onClose={onClose} actions={actions}>
      <form id={FORM} onSubmit={submit} noValidate>
        <TextField label={t("new.id")} help={help} value={value} onChange={onChange} dir="ltr" required error={error?.message} autoFocus autoComplete="off" />
      </form>
    </Dialog>
  );
}

function Rename({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation("content");
  const { item } = useEditing();
  const bot = useBot();
  const content = useContent();
  const navigate = useNavigate();
  const [to, setTo] = useState(item.id);
  const [done, setDone] = useState<Renamed | null>(null);
  const rename = useWrite({ run: () => content.rename(item.id, to.trim()), changes: [KEY.list(bot.id), KEY.facets(bot.id)], quiet: true, onDone: setDone });
  if (done) {
    const go = () => void navigate(addressOfItem(bot.id, to.trim()));
    return (
      <Dialog open wide title={t("verbs.renamed", { id: to.trim() })} onClose={go} actions={<Button intent="primary" onClick={go}>{t("verbs.goThere")}</Button>}>
        <div className="gb-stack">
          <p>{t("verbs.renamedText", { count: done.changed.length })}</p>
          {done.patch !== "" && (
            <>
              <p>{t("verbs.patch")}</p>
              <CodeView text={done.patch} label={t("verbs.patch")} />
            </>
          )}
        </div>
      </Dialog>
    );
  }
  return <IdDialog title={t("verbs.rename")} help={t("verbs.renameHelp")} verb={t("verbs.rename")} busy={rename.isPending} error={rename.error} value={to} onChange={setTo} onSubmit={() => rename.mutate()} onClose={onClose} />;
}

function Duplicate({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation("content");
  const { item } = useEditing();
  const bot = useBot();
  const content = useContent();
  const navigate = useNavigate();
  const [to, setTo] = useState(`${item.id}.copy`);
  const copy = useWrite({ run: () => content.duplicate(item.id, to.trim()), changes: [KEY.all(bot.id)], quiet: true, onDone: () => void navigate(addressOfItem(bot.id, to.trim())) });
  return <IdDialog title={t("verbs.duplicate")} help={t("new.idHelp")} verb={t("verbs.duplicate")} busy={copy.isPending} error={copy.error} value={to} onChange={setTo} onSubmit={() => copy.mutate()} onClose={onClose} />;
}

function Sure({ verb, onClose }: { verb: "archive" | "revert"; onClose: () => void }): ReactNode {
  const { t } = useTranslation("content");
  const { item } = useEditing();
  const bot = useBot();
  const content = useContent();
  const act = useWrite({
    run: () => (verb === "archive" ? content.archive(item.id, !item.archived) : content.revert(item.id)),
    changes: [KEY.all(bot.id)],
    done: () => t("verbs.done"),
    onDone: onClose,
  });
  const name = verb === "archive" && item.archived ? "unarchive" : verb;
  return (
    <ConfirmDialog open title={t(`verbs.${name}`)} verb={t(`verbs.${name}`)} danger={name === "revert"} busy={act.isPending} onClose={onClose} onConfirm={() => act.mutate()}>
      <p>{t(`verbs.${name}Text`)}</p>
    </ConfirmDialog>
  );
}

function Remove({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation("content");
  const { item } = useEditing();
  const bot = useBot();
  const content = useContent();
  const navigate = useNavigate();
  const [uses, setUses] = useState<readonly Use[]>(item.uses);
  const remove = useWrite({
    run: async () => {
      try {
        await content.remove(item.id);
      } catch (error) {
        if (error instanceof Problem && error.code === "content.in-use" && Array.isArray(error.more.uses)) setUses(error.more.uses as Use[]);
        throw error;
      }
    },
    changes: [KEY.list(bot.id), KEY.facets(bot.id)],
    quiet: true,
    done: () => t("verbs.removed", { id: item.id }),
    onDone: () => void navigate(`/bots/${encodeURIComponent(bot.id)}/content`),
  });
  if (uses.length > 0) {
    return (
      <Dialog open title={t("verbs.inUse", { id: item.id })} onClose={onClose} actions={<Button onClick={onClose}>{t("word.close")}</Button>}>
        <div className="gb-stack">
          <p>{t("verbs.inUseText")}</p>
          <UseList uses={uses} />
        </div>
      </Dialog>
    );
  }
  return (
    <ConfirmDialog open title={t("verbs.removeTitle", { id: item.id })} verb={t("verbs.remove")} busy={remove.isPending} onClose={onClose} onConfirm={() => remove.mutate()}>
      <p>{t("verbs.removeText")}</p>
      {remove.error && <Banner tone="bad" live>{remove.error.message}</Banner>}
    </ConfirmDialog>
  );
}
