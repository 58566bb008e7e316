/** Later: when it goes live, when it goes away again, and by the clock of which place. */
import { Button, Dialog, SelectField, TextField } from "@gutenbot/console";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { PublishWhen } from "../api";
import { momentIn, zones } from "../model/zones";
import { useEditing } from "./context";
import type { Draft } from "./use-draft";

const FORM = "schedule";

export function ScheduleDialog({ draft, publish, onClose }: { draft: Draft; publish: (version: number, reason: string, when: PublishWhen) => Promise<boolean>; onClose: () => void }): ReactNode {
  const { t } = useTranslation("content");
  const { item, locale } = useEditing();
  const known = item.locales[locale]?.schedule;
  const [at, setAt] = useState("");
  const [expires, setExpires] = useState("");
  const [zone, setZone] = useState(known?.zone ?? zones()[0]?.value ?? "UTC");
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (at === "" && expires === "") return setWrong(t("schedule.needed"));
    if (at !== "" && expires !== "" && expires <= at) return setWrong(t("schedule.order"));
    setBusy(true);
    const saved = await draft.flush();
    if (saved) {
      const moment = (local: string) => momentIn(zone, local).toISOString();
      await publish(draft.latest(), reason, { ...(at !== "" && { at: moment(at) }), ...(expires !== "" && { expires: moment(expires) }), zone });
      onClose();
    }
    setBusy(false);
  };
  const actions = (
    <>
      <Button onClick={onClose}>{t("word.cancel")}</Button>
      <Button intent="primary" type="submit" form={FORM} busy={busy}>
        {t("schedule.set")}
      </Button>
    </>
  );
  return (
    <Dialog open title={t("schedule.title")} onClose={onClose} actions={actions}>
      <form id={FORM} className="gb-stack" onSubmit={(event) => void submit(event)} noValidate>
        <TextField type="datetime-local" label={t("schedule.at")} help={t("schedule.atHelp")} value={at} onChange={setAt} dir="ltr" error={wrong} autoFocus />
        <TextField type="datetime-local" label={t("schedule.expires")} help={t("schedule.expiresHelp")} value={expires} onChange={setExpires} dir="ltr" />
        <SelectField label={t("schedule.zone")} value={zone} onChange={setZone} options={zones()} />
        <TextField label={t("schedule.reason")} value={reason} onChange={setReason} dir="auto" />
      </form>
    </Dialog>
  );
}
