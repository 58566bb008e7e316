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
const ABOVE_PX = 12;

export function Thread({ composer }: { composer: RefObject<HTMLTextAreaElement | null> }): JSX.Element {
  const { chat, words } = usePanel();
  const state = useChatState();
  const { entries, revealed, items, uploads, unreadFrom, config, hasEarlier, loadingEarlier, botTyping, open } = state;
  const rows = useMemo(() => rowsOf({ entries, revealed, items, uploads, unreadFrom, config }), [entries, revealed, items, uploads, unreadFrom, config]);
  const { box, content, atEnd, missed, toEnd } = useScroll(rows.length, rows.find((row) => row.kind === "entry")?.key ?? "", `${revealed} ${botTyping}`);
  useEffect(() => {
    if (atEnd && open) chat.seen();
  }, [chat, atEnd, open, revealed]);
  return (
    <div class="thread-frame">
      <div class="thread" part="thread" ref={box} role="log" aria-live="off" aria-label={words.t("thread.label")} tabIndex={0}>
        <div class="rows" ref={content}>
          {hasEarlier && (
            <button type="button" class="earlier" disabled={loadingEarlier} onClick={() => void chat.loadEarlier()}>
              {words.t(loadingEarlier ? "loading" : "thread.earlier")}
            </button>
          )}
          {rows.length === 0 && state.phase === "ready" && !botTyping && <Welcome />}
          {rows.map((row) => <RowView key={row.key} row={row} />)}
          {botTyping && <TypingDots />}
        </div>
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

interface Scroll {
  box: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  atEnd: boolean;
  missed: number;
  toEnd: () => void;
}

/** `first` changes when history is put before; `change` when anything is shown or hidden. */
function useScroll(count: number, first: string, change: string): Scroll {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const before = useRef({ first, count, seen: count, height: 0 });
  const [atEnd, setAtEnd] = useState(true);
  const toEnd = () => {
    stuck.current = true;
    if (box.current) box.current.scrollTop = endOf(box.current, content.current);
  };
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const { current: past } = before;
    if (stuck.current) {
      past.seen = count;
      toEnd();
    } else if (past.first !== first) {
      element.scrollTop += element.scrollHeight - past.height;
      past.seen += Math.max(0, count - past.count);
    }
    Object.assign(past, { first, count, height: element.scrollHeight });
  }, [count, first, change]);
  useEffect(() => {
    const element = box.current;
    const inner = content.current;
    if (element === null || inner === null) return;
    const watch = () => {
      stuck.current = endOf(element, inner) - element.scrollTop < NEAR_PX;
      setAtEnd(stuck.current);
    };
    const resized = new ResizeObserver(() => stuck.current && toEnd());
    resized.observe(element);
    resized.observe(inner);
    element.addEventListener("scroll", watch, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", watch);
    };
  }, []);
  return { box, content, atEnd, missed: Math.max(0, count - before.current.seen), toEnd };
}

/** Where to scroll for the newest: to the end, or to the beginning of a last row that is taller than the thread. */
function endOf(box: HTMLElement, content: HTMLElement | null): number {
  const end = box.scrollHeight - box.clientHeight;
  const last = content?.lastElementChild;
  if (!(last instanceof HTMLElement) || last.offsetHeight <= box.clientHeight) return end;
  return Math.min(end, last.offsetTop - ABOVE_PX);
}
