/** The thread: a log that stays at its end while the visitor is there, and never moves while they read further up. */

import type { JSX, RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useChatState, usePanel } from "./context";
import { Icon } from "./icons";
import { RowView } from "./row";
import { rowsOf } from "./rows";
import { TypingDots } from "./typing-dots";

/** This close to the end counts as being there. */
const NEAR_PX = 48;

export function Thread({ composer }: { composer: RefObject<HTMLTextAreaElement | null> }): JSX.Element {
  const { chat, words } = usePanel();
  const state = useChatState();
  const { entries, revealed, items, uploads, unreadFrom, config, hasEarlier, loadingEarlier, botTyping, open } = state;
  const rows = useMemo(() => rowsOf({ entries, revealed, items, uploads, unreadFrom, config }), [entries, revealed, items, uploads, unreadFrom, config]);
  const { box, atEnd, missed, toEnd } = useScroll(rows.length, rows.find((row) => row.kind === "entry")?.key ?? "", `${revealed} ${botTyping}`);
  useEffect(() => {
    if (atEnd && open) chat.seen();
  }, [chat, atEnd, open, revealed]);
  return (
    <div class="thread-frame">
      <div class="thread" part="thread" ref={box} role="log" aria-live="off" aria-label={words.t("thread.label")} tabIndex={0}>
        {hasEarlier && (
          <button type="button" class="earlier" disabled={loadingEarlier} onClick={() => void chat.loadEarlier()}>
            {words.t(loadingEarlier ? "loading" : "thread.earlier")}
          </button>
        )}
        {rows.length === 0 && state.phase === "ready" && !botTyping && <Welcome />}
        {rows.map((row) => <RowView key={row.key} row={row} />)}
        {botTyping && <TypingDots />}
      </div>
      {!atEnd && missed > 0 && (
        <button type="button" class="jump" part="jump" onClick={() => { toEnd(); composer.current?.focus(); }}>
          <Icon name="down" />
          {words.count("thread.jump", missed)}
        </button>
      )}
    </div>
  );
}

function Welcome(): JSX.Element {
  const { words } = usePanel();
  const { bot } = useChatState();
  return (
    <div class="welcome">
      {bot.description !== "" && <p dir="auto">{bot.description}</p>}
      <p>{words.t("thread.empty")}</p>
    </div>
  );
}

function useScroll(rowCount: number, first: string, change: string): { box: RefObject<HTMLDivElement | null>; atEnd: boolean; missed: number; toEnd: () => void } {
  const box = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const seen = useRef(rowCount);
  const count = useRef(rowCount);
  const height = useRef(0);
  const top = useRef(first);
  const [atEnd, setAtEnd] = useState(true);
  const toEnd = () => {
    stuck.current = true;
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    if (stuck.current) {
      seen.current = rowCount;
      element.scrollTop = element.scrollHeight;
    } else if (top.current !== first) {
      element.scrollTop += element.scrollHeight - height.current;
      seen.current += Math.max(0, rowCount - count.current);
    }
    top.current = first;
    count.current = rowCount;
    height.current = element.scrollHeight;
  }, [rowCount, first, change]);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const watch = () => {
      stuck.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
      setAtEnd(stuck.current);
    };
    const grown = new ResizeObserver(() => stuck.current && toEnd());
    grown.observe(element);
    element.addEventListener("scroll", watch, { passive: true });
    element.addEventListener("load", () => stuck.current && toEnd(), true);
    return () => {
      grown.disconnect();
      element.removeEventListener("scroll", watch);
    };
  }, []);
  return { box, atEnd, missed: Math.max(0, rowCount - seen.current), toEnd };
}
