/** Several drafts go live together: all or none. */
import { Banner, Button, CheckField, Dialog, ErrorCard, SelectField, Skeleton, TextField, may, useBot, useQuery, useSession, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { KEY, useContent } from "../api";
import { momentIn, zones } from "../model/zones";
import type { ItemLine } from "../types";

const FORM = "new-release";
/** A release has so many texts at most. */
const MOST = 500;

async function allDrafts(content: ReturnType<typeof useContent>, signal: AbortSignal): Promise<ItemLine[]> {
  const found: ItemLine[] = [];
  for (let after: string | undefined; ; ) {
    const page = await content.list({ state: "draft", limit: 200, after }, signal);
    found.push(...page.items);
    if (!page.next) return found;
    after = page.next;
  }
}

export function NewRelease({ onClose, onMade, only }: { onClose: () => void; onMade?: () => void; /** Drafts of these items alone. */ only?: () => Promise<readonly string[]> }): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBot();
  const content = useContent();
  const [name, setName] = useState("");
  const [at, setAt] = useState("");
  const [zone, setZone] = useState(zones()[0]?.value ?? "UTC");
  const session = useSession();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const drafts = useQuery({
    queryKey: [...KEY.list(bot.id), "drafts"],
    queryFn: async ({ signal }) => {
      const chosen = only && new Set(await only());
      return (await allDrafts(content, signal)).filter((item) => chosen?.has(item.id) ?? true);
    },
    gcTime: 0,
  });
  const ready = (drafts.data ?? []).flatMap((item) => item.locales.filter((one) => (one.state === "draft" || one.state === "review") && may(session, "content:publish", { language: one.locale })).map(({ locale }) => ({ id: item.id, locale, words: item.title || item.words })));
  const all = ready.slice(0, MOST);
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
        {ready.length > MOST && <Banner tone="info" title={t("releases.rest", { count: ready.length - MOST, most: MOST })} />}
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
