/** Tells screen readers what the bot said: once per turn, with the number of choices. It never takes the focus. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { operatorName } from "../protocol/messages";
import type { EntryOut } from "../protocol/messages";
import { choiceCount, messageText } from "../render/text";
import type { Words } from "../locales/index";
import { useChatState, usePanel } from "./context";

/** A turn is over when nothing followed for so long. */
const TURN_MS = 700;

export function Announcer(): JSX.Element {
  const { chat, words } = usePanel();
  const { bot, current } = useChatState();
  const [said, setSaid] = useState("");
  const waiting = useRef<EntryOut[]>([]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      const turn = waiting.current.splice(0);
      if (turn.length > 0) setSaid(announcement(turn, bot.name, words));
    };
    const stop = chat.on((event) => {
      if (event.type !== "message" || event.entry.dir !== "out") return;
      waiting.current.push(event.entry);
      clearTimeout(timer);
      if (!event.more) timer = setTimeout(tell, TURN_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [chat, words, bot.name]);
  useEffect(() => {
    waiting.current = [];
    setSaid("");
  }, [current]);
  return <div class="hidden" role="status" aria-live="polite" aria-atomic="true">{said}</div>;
}

export function announcement(entries: readonly EntryOut[], botName: string, words: Words): string {
  const last = entries.at(-1);
  if (last === undefined) return "";
  const texts = entries.map((entry) => messageText(entry.body, words)).filter(Boolean);
  const choices = choiceCount(last.body);
  const name = operatorName(last.author) || botName;
  return `${name}: ${texts.join(" ")}${choices > 0 ? ` ${words.count("choices.count", choices)}` : ""}`;
}
