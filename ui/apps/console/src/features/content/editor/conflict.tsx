/** The code changed under an override: what it was, what it is now and what was made here, side by side, and what to keep. */
import { Banner, Button, CodeView, DiffView, TextAreaField, useBot, usePermission, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { KEY, useContent } from "../api";
import type { Conflict, Item } from "../types";
import { useEditing } from "./context";

type Keep = "mine" | "theirs" | "merged";

export function ConflictView({ conflict, version, locale, onDone }: { conflict: Conflict; version: number; locale: string; onDone: (item: Item) => void }): ReactNode {
  const { t } = useTranslation("content");
  const { item } = useEditing();
  const bot = useBot();
  const content = useContent();
  const mayPublish = usePermission("content:publish", { language: locale });
  const [merged, setMerged] = useState<string | null>(null);
  const resolve = useWrite({
    run: (keep: Keep) => content.resolve(item.id, locale, { keep, version, ...(keep === "merged" && { yaml: merged ?? "" }) }),
    changes: [KEY.all(bot.id)],
    done: () => t("conflict.done"),
    onDone: () => void content.item(item.id).then(onDone),
  });
  const verbs = mayPublish && (
    <>
      <Button small busy={resolve.isPending} onClick={() => resolve.mutate("mine")}>
        {t("conflict.mine")}
      </Button>
      <Button small busy={resolve.isPending} onClick={() => resolve.mutate("theirs")}>
        {t("conflict.theirs")}
      </Button>
      <Button small onClick={() => setMerged(merged === null ? conflict.mine : null)} aria-expanded={merged !== null}>
        {t("conflict.merge")}
      </Button>
    </>
  );
  return (
    <section className="gb-conflict" aria-label={t("conflict.title")}>
      <Banner tone="bad" title={t("conflict.title")} actions={verbs}>
        {t("conflict.text")}
      </Banner>
      <div className="gb-thirds">
        <div>
          <h3>{t("conflict.base")}</h3>
          <CodeView text={conflict.base} label={t("conflict.base")} />
        </div>
        <div>
          <h3>{t("conflict.code")}</h3>
          <DiffView before={conflict.base} after={conflict.theirs} label={t("conflict.code")} />
        </div>
        <div>
          <h3>{t("conflict.here")}</h3>
          <DiffView before={conflict.base} after={conflict.mine} label={t("conflict.here")} />
        </div>
      </div>
      {merged !== null && (
        <div className="gb-stack">
          <TextAreaField label={t("conflict.merged")} value={merged} onChange={setMerged} rows={6} />
          <div className="gb-actions">
            <Button intent="primary" busy={resolve.isPending} onClick={() => resolve.mutate("merged")}>
              {t("conflict.keepMerged")}
            </Button>
          </div>
        </div>
      )}
    </section>
  );
}
