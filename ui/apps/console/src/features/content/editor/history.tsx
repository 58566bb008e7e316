/** Every revision: who, when and why, what changed in words and in bubbles, and the way back. Also: what users saw at a moment. */
import { Button, DiffView, ErrorCard, RelativeTime, SegmentedField, Skeleton, StatusPill, TextField, useBot, useCursorList, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { KEY, useContent } from "../api";
import { kindOf, partsOf, wordsOf } from "../model/value";
import type { Item, Revision } from "../types";
import { startOf } from "./use-draft";
import type { Draft } from "./use-draft";

export function History({ item, locale, draft, locked }: { item: Item; locale: string; draft: Draft; locked: boolean }): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBot();
  const content = useContent();
  const list = useCursorList<Revision>([...KEY.history(bot.id, item.id), locale, item.version], (after) => content.revisions(item.id, locale, after));
  const [open, setOpen] = useState<number | null>(null);
  const now = startOf(item.locales[locale]).yaml;
  const restore = useWrite({
    run: (revision: number) => content.restore(item.id, locale, revision),
    changes: [KEY.all(bot.id)],
    done: () => t("history.restored"),
    onDone: () => void content.item(item.id).then(draft.adopt),
  });
  return (
    <div className="gb-stack">
      <SawAt item={item} locale={locale} />
      {list.loading && <Skeleton lines={4} />}
      {list.error && <ErrorCard error={list.error} onRetry={list.reload} />}
      {!list.loading && list.items.length === 0 && <p className="gb-faint">{t("history.none")}</p>}
      <ol className="gb-history" reversed>
        {list.items.map((one) => (
          <li key={one.n} value={one.n}>
            <button type="button" className="gb-link" aria-expanded={open === one.n} onClick={() => setOpen(open === one.n ? null : one.n)}>
              {t("history.line", { n: one.n, name: one.author })}
            </button>{" "}
            <StatusPill tone={one.kind === "published" ? "good" : "calm"}>{kindWord(one.kind, t)}</StatusPill>
            <div className="gb-faint">
              <RelativeTime at={one.at} /> {one.reason && <bdi>· {one.reason}</bdi>}
            </div>
            {open === one.n && (
              <div className="gb-stack">
                <Difference before={one} after={{ yaml: now, value: startOf(item.locales[locale]).value ?? null }} />
                {!locked && (
                  <div>
                    <Button small busy={restore.isPending} onClick={() => restore.mutate(one.n)}>
                      {t("history.restore", { n: one.n })}
                    </Button>
                  </div>
                )}
              </div>
            )}
          </li>
        ))}
      </ol>
      {list.hasMore && (
        <Button small busy={list.loadingMore} onClick={list.loadMore}>
          {t("history.older")}
        </Button>
      )}
    </div>
  );
}

const KINDS = ["draft", "published", "restored", "imported", "reverted", "merged"] as const;

function kindWord(kind: string, t: (key: `history.kinds.${(typeof KINDS)[number]}`) => string): string {
  const known = KINDS.find((one) => one === kind);
  return known ? t(`history.kinds.${known}`) : kind;
}

type Side = Pick<Revision, "yaml" | "value">;

function Difference({ before, after }: { before: Side; after: Side }): ReactNode {
  const { t } = useTranslation("content");
  const [by, setBy] = useState<"fields" | "bubbles">("fields");
  return (
    <>
      <SegmentedField label={t("history.compare")} value={by} onChange={setBy} options={[{ value: "fields", label: t("history.fields") }, { value: "bubbles", label: t("history.bubbles") }]} />
      {by === "fields" ? (
        <DiffView before={before.yaml} after={after.yaml} label={t("history.fields")} />
      ) : (
        <div className="gb-halves">
          <BubbleList title={t("history.then")} side={before} />
          <BubbleList title={t("history.now")} side={after} />
        </div>
      )}
    </>
  );
}

/** The words of each message, as bubbles. */
function BubbleList({ title, side }: { title: string; side: Side }): ReactNode {
  const { t } = useTranslation("content");
  return (
    <div>
      <h4>{title}</h4>
      <ol className="gb-thread">
        {partsOf(side.value).entries.map((entry, index) => {
          const kind = kindOf(entry);
          const words = wordsOf(entry.text ?? entry.caption ?? entry[kind]);
          return (
            <li key={index} className="gb-bubble">
              {kind !== "text" && <span className="gb-faint">{t(`kind.${kind}`)}</span>}
              <span dir="auto" className="gb-said">
                {words}
              </span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function SawAt({ item, locale }: { item: Item; locale: string }): ReactNode {
  const { t } = useTranslation("content");
  const content = useContent();
  const [time, setTime] = useState("");
  const ask = useWrite({ run: () => content.textAt(item.id, locale, new Date(time).toISOString()), quiet: true });
  return (
    <details className="gb-when">
      <summary>{t("history.saw")}</summary>
      <div className="gb-stack">
        <TextField type="datetime-local" label={t("history.moment")} value={time} onChange={setTime} dir="ltr" />
        <div>
          <Button small busy={ask.isPending} disabled={time === ""} onClick={() => ask.mutate()}>
            {t("history.look")}
          </Button>
        </div>
        {ask.error && <p className="gb-reason">{ask.error.message}</p>}
        {ask.data && <BubbleList title={ask.data.revision === null ? t("history.fromCode") : t("history.revision", { n: ask.data.revision })} side={ask.data} />}
      </div>
    </details>
  );
}
