/** Several drafts go live together: all or none. */
import { Banner, Button, CheckField, Dialog, ErrorCard, SelectField, Skeleton, TextField, useBot, useQuery, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { KEY, useContent } from "../api";
import { momentIn, zones } from "../model/zones";

const FORM = "new-release";

export function NewRelease({ onClose, onMade, only }: { onClose: () => void; onMade?: () => void; /** Drafts of these items alone. */ only?: readonly string[] }): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBot();
  const content = useContent();
  const [name, setName] = useState("");
  const [at, setAt] = useState("");
  const [zone, setZone] = useState(zones()[0]?.value ?? "UTC");
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const drafts = useQuery({ queryKey: [...KEY.list(bot.id), "drafts"], queryFn: ({ signal }) => content.list({ state: "draft", limit: 200 }, signal) });
  const all = (drafts.data?.items ?? []).filter((item) => only?.includes(item.id) ?? true).flatMap((item) => item.locales.filter((one) => one.state === "draft" || one.state === "review").map(({ locale }) => ({ id: item.id, locale, words: item.title || item.words })));
  const keyOf = (one: { id: string; locale: string }) => `${one.id} ${one.locale}`;
  const picked = all.filter((one) => !left.has(keyOf(one)));
  const make = useWrite({
    run: (_: undefined, key) => content.makeRelease({ name: name.trim(), items: picked.map(({ id, locale }) => ({ id, locale })), ...(at !== "" && { at: momentIn(zone, at).toISOString(), zone }) }, key),
    changes: [KEY.all(bot.id)],
    quiet: true,
    done: () => t(at === "" ? "releases.made" : "releases.planned"),
    onDone: () => {
      onMade?.();
      onClose();
    },
  });
  const toggle = (key: string) =>
    setLeft((now) => {
      const next = new Set(now);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (picked.length > 0) make.mutate(undefined);
  };
  const actions = (
    <>
      <Button onClick={onClose}>{t("word.cancel")}</Button>
      <Button intent="primary" type="submit" form={FORM} busy={make.isPending} disabled={picked.length === 0}>
        {t(at === "" ? "releases.publish" : "releases.plan", { count: picked.length })}
      </Button>
    </>
  );
  return (
    <Dialog open wide title={t("releases.new")} onClose={onClose} actions={actions}>
      <form id={FORM} className="gb-stack" onSubmit={submit} noValidate>
        <TextField label={t("releases.name")} value={name} onChange={setName} dir="auto" autoFocus />
        {drafts.isPending && <Skeleton lines={4} />}
        {drafts.error && <ErrorCard error={drafts.error} onRetry={() => void drafts.refetch()} />}
        {drafts.data && all.length === 0 && <Banner tone="info" title={t("releases.noDrafts")} />}
        {all.length > 0 && (
          <fieldset className="gb-rows">
            <legend>{t("releases.drafts")}</legend>
            {all.map((one) => (
              <CheckField key={keyOf(one)} label={`${one.id} · ${one.locale}`} help={one.words} value={!left.has(keyOf(one))} onChange={() => toggle(keyOf(one))} />
            ))}
          </fieldset>
        )}
        <div className="gb-pair">
          <TextField type="datetime-local" label={t("schedule.at")} help={t("schedule.atHelp")} value={at} onChange={setAt} dir="ltr" />
          <SelectField label={t("schedule.zone")} value={zone} onChange={setZone} options={zones()} />
        </div>
        {make.error && <Banner tone="bad" live>{make.error.message}</Banner>}
      </form>
    </Dialog>
  );
}
