/** What people say about the item; each comment is open until somebody settles it. */
import { Avatar, Button, ErrorCard, RelativeTime, Skeleton, TextAreaField, useBot, usePermission, useQuery, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { KEY, useContent } from "../api";
import type { Comment, Item } from "../types";

export function Comments({ item, locale, locked }: { item: Item; locale: string; locked: boolean }): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBot();
  const content = useContent();
  const mayWrite = usePermission("content:write") && !locked;
  const [words, setWords] = useState("");
  const changes = [KEY.comments(bot.id, item.id), KEY.item(bot.id, item.id)];
  const found = useQuery({ queryKey: KEY.comments(bot.id, item.id), queryFn: () => content.comments(item.id) });
  const add = useWrite({ run: () => content.comment(item.id, { locale, path: "", words: words.trim() }), changes, onDone: () => setWords("") });
  const settle = useWrite({ run: (one: Comment) => content.settleComment(one.id, !one.done), changes });
  return (
    <div className="gb-stack">
      {found.isPending && <Skeleton lines={3} />}
      {found.error && <ErrorCard error={found.error} onRetry={() => void found.refetch()} />}
      {found.data?.items.length === 0 && <p className="gb-faint">{t("comments.none")}</p>}
      <ul className="gb-comments">
        {found.data?.items.map((one) => (
          <li key={one.id} data-done={one.done ? "" : undefined}>
            <header>
              <Avatar name={one.by} />
              <bdi>{one.by}</bdi>
              <span className="gb-faint">
                {one.locale} · <RelativeTime at={one.at} />
              </span>
            </header>
            <p dir="auto" className="gb-said">
              {one.words}
            </p>
            {mayWrite && (
              <Button small intent="quiet" onClick={() => settle.mutate(one)}>
                {t(one.done ? "comments.reopen" : "comments.settle")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayWrite && (
        <>
          <TextAreaField label={t("comments.new")} value={words} onChange={setWords} rows={2} />
          <div>
            <Button small busy={add.isPending} disabled={words.trim() === ""} onClick={() => add.mutate()}>
              {t("comments.add")}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
