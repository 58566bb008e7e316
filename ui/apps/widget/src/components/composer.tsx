/** Where the visitor writes. Enter sends, Shift+Enter breaks the line, Arrow Up in an empty field goes to the offered answers. */

import type { JSX, RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { lengthOf } from "../protocol/text";
import { useChatState, usePanel } from "./context";
import { Icon } from "./icons";
import { lazy } from "../render/lazy";

const Attach = lazy(() => import("./attach").then((part) => part.Attach));

export function Composer({ area, replies }: { area: RefObject<HTMLTextAreaElement | null>; replies: () => HTMLElement | null }): JSX.Element {
  const { chat, words } = usePanel();
  const { config, limits, phase, settings } = useChatState();
  const [text, setText] = useState("");
  const [attaching, setAttaching] = useState(false);
  const attach = useRef<HTMLButtonElement>(null);
  const tooMany = lengthOf(text) - limits.text;
  useEffect(() => fit(area.current), [area, text, settings.textSize]);
  const send = () => {
    if (text.trim() === "" || tooMany > 0) return;
    chat.sendText(text);
    setText("");
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    }
    if (event.key === "ArrowUp" && text === "") replies()?.focus();
  };
  const closeAttach = () => {
    setAttaching(false);
    attach.current?.focus();
  };
  return (
    <>
      {attaching && <Attach close={closeAttach} />}
      {tooMany > 0 && <p class="too-long" role="alert">{words.t("composer.long", { count: tooMany })}</p>}
      <form class="composer" part="composer" onSubmit={(event) => { event.preventDefault(); send(); }}>
        <textarea
          ref={area}
          rows={1}
          dir={text === "" ? undefined : "auto"}
          value={text}
          aria-label={words.t("composer.label")}
          placeholder={words.t("composer.placeholder")}
          enterkeyhint="send"
          disabled={phase === "refused"}
          onInput={(event) => { setText(event.currentTarget.value); chat.typing(); }}
          onKeyDown={onKeyDown}
        />
        {config.uploads && (
          <button type="button" ref={attach} class="tool" aria-expanded={attaching} aria-label={words.t("composer.attach")} title={words.t("composer.attach")} onClick={() => setAttaching(!attaching)}>
            <Icon name="attach" />
          </button>
        )}
        <button type="submit" class="tool send" part="send" disabled={text.trim() === "" || tooMany > 0} aria-label={words.t("composer.send")} title={words.t("composer.send")}>
          <Icon name="send" flip />
        </button>
      </form>
    </>
  );
}

const TALLEST_PX = 140;

function fit(area: HTMLTextAreaElement | null): void {
  if (area === null) return;
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, TALLEST_PX)}px`;
}
