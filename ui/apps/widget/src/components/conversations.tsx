/** The visitor's conversations, the newest first. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Summary } from "../protocol/session";
import { useChatState, usePanel } from "./context";
import { Icon } from "./icons";

export function Conversations({ done }: { done: () => void }): JSX.Element {
  const { chat, words } = usePanel();
  const { conversations, current } = useChatState();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector("button")?.focus(), []);
  const newest = [...conversations].sort((one, other) => other.updated_ms - one.updated_ms);
  const open = (id: string) => {
    void chat.openConversation(id);
    done();
  };
  return (
    <div class="conversations" part="conversations" ref={box}>
      <button type="button" class="button new-one" onClick={() => { chat.newConversation(); done(); }}>
        <Icon name="new" />
        {words.t("menu.new")}
      </button>
      {newest.length === 0 && <p class="welcome">{words.t("list.empty")}</p>}
      <ul>
        {newest.map((summary) => (
          <li key={summary.id}>
            <button type="button" aria-current={summary.id === current} onClick={() => open(summary.id)}><Line summary={summary} /></button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Line({ summary }: { summary: Summary }): JSX.Element {
  const { words } = usePanel();
  const { title, last_n, read_n, updated_ms } = summary;
  const when = new Intl.DateTimeFormat(words.tag, { dateStyle: "medium", timeStyle: "short" }).format(updated_ms);
  const unread = last_n - read_n;
  return (
    <>
      <span class="conversation-title"><bdi>{title || words.t("list.untitled")}</bdi></span>
      <small>{when}</small>
      {unread > 0 && <span class="badge">{words.count("list.unread", unread)}</span>}
    </>
  );
}
