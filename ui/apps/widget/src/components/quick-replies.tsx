/** @jsxImportSource preact */
/** The row of offered answers above the composer, and the used ones in the history. */

import type { JSX, RefObject } from "preact";
import type { QuickReply } from "../protocol/messages";
import { safeMedia } from "../render/urls";
import { usePanel } from "./context";
import { Icon } from "./icons";
import { useRoving } from "./roving";

export function QuickReplies({ replies, composer }: { replies: readonly QuickReply[]; composer: RefObject<HTMLTextAreaElement | null> }): JSX.Element | null {
  const { chat, words } = usePanel();
  const roving = useRoving<HTMLDivElement>();
  if (replies.length === 0) return null;
  const choose = ({ title, payload }: QuickReply) => {
    chat.send({ type: "payload", payload: payload === undefined || payload === "" ? title : payload, title });
    composer.current?.focus();
  };
  return (
    <div class="replies" part="quick-replies" role="group" aria-label={words.t("choices.label")} {...roving}>
      {replies.map((reply, index) => (
        <button type="button" key={index} class="reply" part="quick-reply" onClick={() => choose(reply)}>
          <Picture url={reply.image ?? ""} />
          <span dir="auto">{reply.title}</span>
        </button>
      ))}
    </div>
  );
}

export function UsedReplies({ replies, chosen }: { replies: readonly QuickReply[]; chosen: string | null }): JSX.Element {
  const { words } = usePanel();
  return (
    <ul class="used" aria-label={words.t("choices.label")}>
      {replies.map(({ title }, index) => (
        <li key={index} class={title === chosen ? "reply used-one chosen" : "reply used-one"} aria-disabled="true">
          {title === chosen && <Icon name="check" />}
          <span dir="auto">{title}</span>
          {title === chosen && <span class="hidden">, {words.t("choices.chosen")}</span>}
        </li>
      ))}
    </ul>
  );
}

function Picture({ url }: { url: string }): JSX.Element | null {
  const { base } = usePanel();
  const source = url === "" ? null : safeMedia(url, base);
  return source === null ? null : <img src={source} alt="" />;
}
