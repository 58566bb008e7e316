/** Texts for translators, as a file. */
import { Button, Dialog, SelectField, useBot } from "@gutenbot/console";
import { addressOf } from "@gutenbot/api";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFacets } from "../api";
import { languageName } from "../states";

export const FORMATS = ["xliff", "csv", "yaml", "json"] as const;
export type Format = (typeof FORMATS)[number];
const ONLY = ["missing", "stale", "all"] as const;

export function ExportDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t, i18n } = useTranslation("content");
  const bot = useBot();
  const facets = useFacets();
  const [format, setFormat] = useState<string>("xliff");
  const [only, setOnly] = useState<string>("missing");
  const first = facets.data?.default_locale ?? "en";
  const locales = facets.data?.locales ?? [first];
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const source = from || first;
  const target = to || (locales.find((one) => one !== source) ?? source);
  const options = locales.map((value) => ({ value, label: languageName(value, i18n.language) }));
  const href = addressOf("/api/v1/bots/{bot}/content/export", { path: { bot: bot.id }, query: { format, from: source, to: target, only } });
  const actions = (
    <>
      <Button onClick={onClose}>{t("word.cancel")}</Button>
      <a className="gb-provider" href={href} download={`${bot.id}-${target}.${format}`} onClick={onClose}>
        {t("languages.download")}
      </a>
    </>
  );
  return (
    <Dialog open title={t("languages.export")} onClose={onClose} actions={actions}>
      <div className="gb-stack">
        <SelectField label={t("languages.format")} value={format} onChange={setFormat} options={FORMATS.map((value) => ({ value, label: t(`languages.formats.${value}`) }))} />
        <div className="gb-pair">
          <SelectField label={t("languages.from")} value={source} onChange={setFrom} options={options} />
          <SelectField label={t("languages.to")} value={target} onChange={setTo} options={options} />
        </div>
        <SelectField label={t("languages.only")} value={only} onChange={setOnly} options={ONLY.map((value) => ({ value, label: t(`languages.which.${value}`) }))} />
      </div>
    </Dialog>
  );
}
