/** Cards: a title with a picture, words and buttons; alone, side by side, or in a list. */
import { Button, TextField } from "@gutenbot/console";
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { changed, isEntry, listOf, moved, replaced, wordsOf } from "../model/value";
import type { Entry } from "../model/value";
import type { Json } from "../types";
import { useEditing, useProblemAt } from "./context";
import { MediaField } from "./media-field";
import { Buttons, RowTools } from "./offers";
import { WordsField } from "./words-field";

export function CardFields({ card, path, onChange }: { card: Entry; path: string; onChange: (card: Entry) => void }): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const image = wordsOf(card.image);
  const link = useProblemAt(`${path}.url`);
  const set = (name: string, value: Json | undefined) => onChange(changed(card, name, value));
  const optional = (name: string) => (value: string) => set(name, value === "" ? undefined : value);
  return (
    <div className="gb-stack">
      <WordsField line label={t("field.title")} path={`${path}.title`} value={wordsOf(card.title)} onChange={(value) => set("title", value)} required />
      <WordsField label={t("field.subtitle")} path={`${path}.subtitle`} value={wordsOf(card.subtitle)} onChange={optional("subtitle")} />
      <MediaField label={t("kind.image")} kind="image" path={`${path}.image`} value={image} onChange={(value, alt) => onChange({ ...changed(card, "image", value === "" ? undefined : value), ...(alt && wordsOf(card.alt) === "" && { alt }) })} />
      {image !== "" && <WordsField line label={t("field.alt")} help={t("field.altHelp")} path={`${path}.alt`} value={wordsOf(card.alt)} onChange={(value) => set("alt", value)} />}
      <TextField label={t("field.url")} value={wordsOf(card.url)} onChange={optional("url")} type="url" dir="ltr" disabled={locked} error={link} />
      <Buttons node={card.buttons} path={`${path}.buttons`} onChange={(node) => set("buttons", node)} />
    </div>
  );
}

export function Cards({ node, path, onChange }: { node: Json | undefined; path: string; onChange: (node: Json) => void }): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const wrapped = isEntry(node) && "cards" in node ? node : null;
  const cards = listOf(wrapped ? wrapped.cards : node).map((one): Entry => (isEntry(one) ? one : { title: one }));
  const below = wrapped ? `${path}.cards` : path;
  const write = (next: readonly Entry[]) => onChange(wrapped ? { ...wrapped, cards: next } : next);
  return (
    <div className="gb-stack" data-path={path}>
      {cards.map((card, index) => (
        <fieldset key={index} className="gb-rows gb-one-card">
          <legend>{t("cards.card", { n: index + 1 })}</legend>
          {"each" in card && <p className="gb-faint">{t("cards.each", { list: wordsOf(card.each) })}</p>}
          <CardFields card={card} path={`${below}.${index}`} onChange={(next) => write(replaced(cards, index, next))} />
          {!locked && <RowTools label={wordsOf(card.title) || String(index + 1)} first={index === 0} onUp={() => write(moved(cards, index, index - 1))} onRemove={() => write(cards.filter((_, at) => at !== index))} />}
        </fieldset>
      ))}
      {!locked && (
        <div>
          <Button small icon={Plus} onClick={() => write([...cards, { title: "" }])}>
            {t("cards.add")}
          </Button>
        </div>
      )}
    </div>
  );
}
