/** The messages of an item, one under the other: written, added, moved and taken away, by pointer and by keyboard. */
import { Button, IconButton, Menu, useAnnounce } from "@gutenbot/console";
import { ArrowDown, ArrowUp, CopyPlus, Plus, Trash2 } from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { fresh, kindOf, moved, replaced } from "../model/value";
import type { Entry, Kind } from "../model/value";
import { BubbleBody } from "./bubble-body";
import { useEditing } from "./context";
import { KIND_ICONS } from "./kind-icons";
import { WhenAndWhere } from "./when-and-where";

const OFFERED: readonly Kind[] = ["text", "image", "video", "audio", "file", "card", "carousel", "list", "location", "form", "template", "pause"];

export function Bubbles({ entries, onChange, path }: { entries: readonly Entry[]; onChange: (entries: Entry[]) => void; path: (index: number) => string }): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const announce = useAnnounce();
  const focus = (index: number) => setTimeout(() => document.querySelector<HTMLElement>(`[data-bubble="${index}"] :is(textarea, input, button)`)?.focus());
  const move = (from: number, to: number) => {
    if (to < 0 || to >= entries.length) return;
    onChange(moved(entries, from, to));
    announce(t("bubble.moved", { from: from + 1, to: to + 1 }));
    focus(to);
  };
  const add = (kind: Kind) => {
    onChange([...entries, fresh(kind)]);
    focus(entries.length);
  };
  return (
    <>
      <ol className="gb-bubbles" aria-label={t("bubble.list")}>
        {entries.map((entry, index) => (
          <Bubble
            key={index}
            entry={entry}
            index={index}
            of={entries.length}
            path={path(index)}
            onChange={(next) => onChange(replaced(entries, index, next))}
            onMove={(to) => move(index, to)}
            onCopy={() => onChange([...entries.slice(0, index + 1), entry, ...entries.slice(index + 1)])}
            onRemove={() => {
              onChange(entries.filter((_, at) => at !== index));
              announce(t("bubble.removed", { n: index + 1 }));
              focus(Math.max(0, index - 1));
            }}
          />
        ))}
      </ol>
      {!locked && (
        <Menu entries={OFFERED.map((kind) => ({ label: t(`kind.${kind}`), icon: KIND_ICONS[kind], onClick: () => add(kind) }))}>
          <Button icon={Plus}>{t("bubble.add")}</Button>
        </Menu>
      )}
    </>
  );
}

type BubbleProps = { entry: Entry; index: number; of: number; path: string; onChange: (entry: Entry) => void; onMove: (to: number) => void; onCopy: () => void; onRemove: () => void };

function Bubble({ entry, index, of, path, onChange, onMove, onCopy, onRemove }: BubbleProps): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const kind = kindOf(entry);
  const Icon = KIND_ICONS[kind];
  const n = index + 1;
  const byKey = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown") || locked) return;
    event.preventDefault();
    onMove(index + (event.key === "ArrowUp" ? -1 : 1));
  };
  return (
    <li className="gb-bubble-form" data-bubble={index} data-path={path} onKeyDown={byKey}>
      <header>
        <Icon size={15} aria-hidden />
        <h3>
          {n}. {t(`kind.${kind}`)}
        </h3>
        {!locked && (
          <span className="gb-bubble-tools">
            <IconButton icon={ArrowUp} label={t("bubble.up", { n })} keys="alt+arrowup" disabled={index === 0} onClick={() => onMove(index - 1)} />
            <IconButton icon={ArrowDown} label={t("bubble.down", { n })} keys="alt+arrowdown" disabled={index === of - 1} onClick={() => onMove(index + 1)} />
            <IconButton icon={CopyPlus} label={t("bubble.copy", { n })} onClick={onCopy} />
            <IconButton icon={Trash2} label={t("bubble.remove", { n })} onClick={onRemove} />
          </span>
        )}
      </header>
      <BubbleBody entry={entry} kind={kind} path={path} onChange={onChange} />
      <WhenAndWhere entry={entry} path={path} onChange={onChange} />
    </li>
  );
}
