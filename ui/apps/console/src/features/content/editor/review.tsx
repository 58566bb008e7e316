/** A second pair of eyes: asked for, given, or sent back with words. */
import { Button, Dialog, SelectField, TextAreaField, useApi, useBot, usePermission, useQuery, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { KEY, useContent } from "../api";
import { useEditing } from "./context";
import type { Draft } from "./use-draft";

export function ReviewDialog({ draft, onClose }: { draft: Draft; onClose: () => void }): ReactNode {
  const { t } = useTranslation("content");
  const { item, locale } = useEditing();
  const api = useApi();
  const bot = useBot();
  const content = useContent();
  const maySee = usePermission("accounts:read");
  const people = useQuery({ queryKey: ["accounts", "reviewers"], queryFn: () => api.get("/api/v1/accounts", { query: { limit: 100 } }), enabled: maySee });
  const [reviewer, setReviewer] = useState("");
  const [words, setWords] = useState("");
  const ask = useWrite({
    run: async () => {
      await draft.flush();
      await content.review(item.id, locale, { do: "ask", ...(reviewer !== "" && { reviewer }), ...(words !== "" && { words }) });
    },
    changes: [KEY.all(bot.id)],
    done: () => t("review.asked"),
    onDone: onClose,
  });
  const actions = (
    <>
      <Button onClick={onClose}>{t("word.cancel")}</Button>
      <Button intent="primary" busy={ask.isPending} onClick={() => ask.mutate()}>
        {t("review.ask")}
      </Button>
    </>
  );
  return (
    <Dialog open title={t("review.title")} onClose={onClose} actions={actions}>
      <div className="gb-stack">
        <SelectField label={t("review.reviewer")} value={reviewer} onChange={setReviewer} options={[{ value: "", label: t("review.anybody") }, ...(people.data?.items ?? []).map((one) => ({ value: one.id, label: one.name }))]} />
        <TextAreaField label={t("review.words")} value={words} onChange={setWords} />
      </div>
    </Dialog>
  );
}
