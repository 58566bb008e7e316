/** The words that the bot does not use, one language at a time: one to a line. */
import { Banner, Button, Dialog, ErrorCard, SelectField, Skeleton, TextAreaField, useWrite } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { KEY, useContent, useFacets } from "../api";
import { languageName } from "../states";
import type { Wording } from "../types";

/** `word = better`, or only the word. */
const linesOf = (pairs: Wording["instead"]) => pairs.map((one) => (one.better === "" ? one.word : `${one.word} = ${one.better}`)).join("\n");

function pairsOf(text: string): Wording["instead"] {
  return listOf(text).map((line) => {
    const [word = "", ...better] = line.split("=");
    return { word: word.trim(), better: better.join("=").trim() };
  });
}

function listOf(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

export function WordingDialog({ mayChange, onClose }: { mayChange: boolean; onClose: () => void }): ReactNode {
  const { t, i18n } = useTranslation("content");
  const content = useContent();
  const facets = useFacets();
  const kept = useQuery({ queryKey: [...KEY.all(content.bot), "wording"], queryFn: content.wordings });
  const locales = facets.data?.locales ?? [];
  const [picked, setPicked] = useState("");
  const locale = picked || (facets.data?.default_locale ?? "");
  return (
    <Dialog open title={t("wording.title")} onClose={onClose}>
      <div className="gb-stack">
        <p>{t("wording.about")}</p>
        <SelectField label={t("new.locale")} value={locale} onChange={setPicked} options={locales.map((value) => ({ value, label: languageName(value, i18n.language) }))} />
        {kept.error && !kept.data && <ErrorCard error={kept.error} onRetry={() => void kept.refetch()} />}
        {kept.data && locale !== "" ? <Lists key={locale} locale={locale} kept={kept.data.items.find((one) => one.locale === locale)} mayChange={mayChange} onDone={onClose} /> : <Skeleton lines={4} />}
      </div>
    </Dialog>
  );
}

type ListsProps = { locale: string; kept: Wording | undefined; mayChange: boolean; onDone: () => void };

function Lists({ locale, kept, mayChange, onDone }: ListsProps): ReactNode {
  const { t } = useTranslation("content");
  const content = useContent();
  const [forbidden, setForbidden] = useState(kept?.forbidden.join("\n") ?? "");
  const [instead, setInstead] = useState(linesOf(kept?.instead ?? []));
  const save = useWrite({
    run: () => content.keepWording(locale, { version: kept?.version ?? 0, forbidden: listOf(forbidden), instead: pairsOf(instead) }),
    changes: [KEY.all(content.bot)],
    quiet: true,
    done: () => t("wording.saved"),
    onDone,
  });
  return (
    <div className="gb-stack">
      <TextAreaField label={t("wording.forbidden")} help={t("wording.forbiddenHelp")} value={forbidden} onChange={setForbidden} rows={4} dir="auto" disabled={!mayChange} />
      <TextAreaField label={t("wording.instead")} help={t("wording.insteadHelp")} value={instead} onChange={setInstead} rows={4} dir="auto" disabled={!mayChange} />
      {save.error && (
        <Banner tone="bad" live title={t("wording.failed")}>
          {save.error.message}
        </Banner>
      )}
      {mayChange && (
        <div className="gb-row">
          <Button intent="primary" busy={save.isPending} onClick={() => save.mutate()}>
            {t("wording.save")}
          </Button>
        </div>
      )}
    </div>
  );
}
