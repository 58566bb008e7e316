/** Two languages beside each other: the original to read, the translation to write, each kept as one goes on. */
import { Banner, Button, ErrorCard, LinkButton, Skeleton, TextAreaField, useBot, useCursorList, usePermission, useQuery, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { addressOfItem, KEY, useContent } from "../api";
import { alike, leavesOf, withLeaf } from "../model/leaves";
import { directionOf, languageName, StatePill } from "../states";
import type { Facets, Item, ItemLine, Json } from "../types";
import { startOf } from "../editor/use-draft";

type Which = "missing" | "stale" | "all";

export function SideBySide({ from, to }: { facets: Facets; from: string; to: string }): ReactNode {
  const { t, i18n } = useTranslation("content");
  const bot = useBot();
  const content = useContent();
  const [which, setWhich] = useState<Which>("missing");
  const list = useCursorList<ItemLine>([...KEY.list(bot.id), "pair", to, which], (after, signal) => content.list({ limit: 25, after, ...(which === "missing" && { missing: to }), ...(which === "stale" && { stale: to }) }, signal));
  return (
    <>
      <div className="gb-row">
        <LinkButton to="?">{t("languages.toMatrix")}</LinkButton>
        {(["missing", "stale", "all"] as const).map((one) => (
          <Button key={one} small aria-pressed={which === one} intent={which === one ? "primary" : "default"} onClick={() => setWhich(one)}>
            {t(`languages.which.${one}`)}
          </Button>
        ))}
      </div>
      {list.error && <ErrorCard error={list.error} onRetry={list.reload} />}
      {list.loading && <Skeleton lines={8} />}
      {!list.loading && !list.error && list.items.length === 0 && <Banner tone="good" title={t("languages.allDone", { language: languageName(to, i18n.language) })} />}
      {list.items.map((line) => (
        <Row key={`${line.id} ${to}`} id={line.id} from={from} to={to} />
      ))}
      {list.hasMore && (
        <Button busy={list.loadingMore} onClick={list.loadMore}>
          {t("history.older")}
        </Button>
      )}
    </>
  );
}

function Row({ id, from, to }: { id: string; from: string; to: string }): ReactNode {
  const bot = useBot();
  const content = useContent();
  const item = useQuery({ queryKey: KEY.item(bot.id, id), queryFn: ({ signal }) => content.item(id, signal) });
  if (item.error) return <ErrorCard error={item.error} onRetry={() => void item.refetch()} />;
  if (!item.data) return <Skeleton lines={2} />;
  return <Translation item={item.data} from={from} to={to} />;
}

function Translation({ item, from, to }: { item: Item; from: string; to: string }): ReactNode {
  const { t, i18n } = useTranslation("content");
  const bot = useBot();
  const content = useContent();
  const mayWrite = usePermission("content:write", { language: to }) && !item.archived;
  const source = startOf(item.locales[from]).value;
  const target = startOf(item.locales[to]).value;
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const leaves = leavesOf(source);
  const simple = leaves.length > 0 && (target === undefined || alike(source, target));
  const now = new Map(leavesOf(target).map(({ path, text }) => [path.join("."), text]));
  const words = (key: string) => typed[key] ?? now.get(key) ?? "";
  const done = leaves.every(({ path }) => words(path.join(".")).trim() !== "");
  const save = useWrite({
    run: () => {
      const value = leaves.reduce<Json>((made, { path }) => withLeaf(made, path, words(path.join("."))), target ?? source ?? null);
      return content.saveDraft(item.id, to, { version: item.version, value });
    },
    changes: [KEY.item(bot.id, item.id)],
    done: () => t("saving.saved"),
    onDone: () => setTyped({}),
  });
  return (
    <section className="gb-box" aria-label={item.id}>
      <div className="gb-row">
        <code dir="ltr">{item.id}</code>
        <StatePill state={item.locales[to]?.state ?? "missing"} />
        <LinkButton to={addressOfItem(bot.id, item.id, { locale: to })} intent="quiet">
          {t("languages.open")}
        </LinkButton>
      </div>
      {!simple ? (
        <p className="gb-faint">{t("languages.rich")}</p>
      ) : (
        leaves.map(({ path, text }) => {
          const key = path.join(".");
          return (
            <div key={key} className="gb-side-by-side">
              <p dir={directionOf(from)} lang={from} className="gb-said">
                {text}
              </p>
              <TextAreaField label={t("languages.in", { language: languageName(to, i18n.language), what: key || t("field.text") })} value={words(key)} onChange={(next) => setTyped({ ...typed, [key]: next })} rows={1} dir={directionOf(to)} disabled={!mayWrite} />
            </div>
          );
        })
      )}
      {simple && mayWrite && (
        <div className="gb-actions">
          <Button small intent="primary" busy={save.isPending} disabled={!done || Object.keys(typed).length === 0} onClick={() => save.mutate()}>
            {t("languages.save")}
            <span className="gb-unseen"> {item.id}</span>
          </Button>
        </div>
      )}
    </section>
  );
}
