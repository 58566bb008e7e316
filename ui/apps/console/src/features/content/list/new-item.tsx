/** A new item: its id, its type and the language in which one begins. */
import { Problem } from "@gutenbot/api";
import { Button, Dialog, SelectField, TextField, useBot, useNavigate, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { addressOfItem, KEY, useContent, useFacets, useTypes } from "../api";
import { fresh, KINDS } from "../model/value";
import { languageName } from "../states";
import type { Json } from "../types";

const FORM = "new-item";
const ID = /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u;

export function NewItem({ id: given, onClose }: { id: string; onClose: () => void }): ReactNode {
  const { t, i18n } = useTranslation("content");
  const bot = useBot();
  const content = useContent();
  const facets = useFacets();
  const types = useTypes();
  const navigate = useNavigate();
  const [id, setId] = useState(given);
  const [type, setType] = useState("text");
  const natural = types.data?.find((one) => one.name === type)?.natural ?? true;
  const [picked, setLocale] = useState("");
  const [wrong, setWrong] = useState("");
  const locale = picked === "" ? (facets.data?.default_locale ?? "en") : picked;
  const make = useWrite({
    run: (_: undefined, key) => content.create({ id: id.trim(), type: natural ? "" : type, locale, value: natural ? startOf(type) : { type } }, key),
    changes: [KEY.all(bot.id)],
    quiet: true,
    onDone: () => void navigate(addressOfItem(bot.id, id.trim(), { locale })),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!ID.test(id.trim())) return setWrong(t("new.idWrong"));
    setWrong("");
    make.mutate(undefined);
  };
  const refused = make.error instanceof Problem ? (make.error.fields.id ?? make.error.message) : make.error?.message;
  const actions = (
    <>
      <Button onClick={onClose}>{t("word.cancel")}</Button>
      <Button intent="primary" type="submit" form={FORM} busy={make.isPending}>
        {t("new.make")}
      </Button>
    </>
  );
  return (
    <Dialog open title={t("new.title")} onClose={onClose} actions={actions}>
      <form id={FORM} className="gb-stack" onSubmit={submit} noValidate>
        <TextField label={t("new.id")} help={t("new.idHelp")} value={id} onChange={setId} error={wrong === "" ? refused : wrong} dir="ltr" required autoFocus autoComplete="off" />
        <SelectField label={t("list.type")} value={type} onChange={setType} options={optionsOf(types.data?.map((one) => ({ value: one.name, label: one.title })))} />
        <SelectField label={t("new.locale")} value={locale} onChange={setLocale} options={(facets.data?.locales ?? [locale]).map((value) => ({ value, label: languageName(value, i18n.language) }))} />
      </form>
    </Dialog>
  );
}

function optionsOf(types: { value: string; label: string }[] | undefined): { value: string; label: string }[] {
  return types && types.length > 0 ? types : [{ value: "text", label: "text" }];
}

/** What a new item begins with: a bubble of that kind. */
function startOf(type: string): Json {
  const kind = KINDS.find((one) => one === type) ?? (type === "media" ? "image" : "text");
  const entry = fresh(kind);
  return [type === "choices" ? { ...entry, choices: [""] } : entry];
}
