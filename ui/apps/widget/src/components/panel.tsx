/** The whole panel: header, thread, offered answers, composer, brand line. */

import type { JSX, RefObject } from "preact";
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Chat } from "../store/chat";
import type { Words } from "../locales/index";
import { applyTheme } from "../theme/apply";
import { Announcer } from "./announcer";
import { Composer } from "./composer";
import type { Mode } from "./context";
import { PanelContext, StateContext, useChatState, usePanel } from "./context";
import { Conversations } from "./conversations";
import { Header } from "./header";
import { QuickReplies } from "./quick-replies";
import { openReplies } from "./rows";
import { Thread } from "./thread";
import { useSound } from "./sound";
import { useWatched } from "./watched";
import type { View } from "./view";

export interface PanelProps {
  chat: Chat;
  words: Words;
  mode: Mode;
  base: string;
  theme: string;
  close: () => void;
}

export function Panel({ chat, words, mode, base, theme, close }: PanelProps): JSX.Element {
  const state = useWatched(chat.state);
  const { bot, config } = state;
  const panel = useMemo(() => ({ chat, words, mode, base, bot, config, close }), [chat, words, mode, base, bot, config, close]);
  const [view, setView] = useState<View>("thread");
  const root = useRef<HTMLDivElement>(null);
  const composer = useRef<HTMLTextAreaElement>(null);
  const titleId = useId();
  useSound(chat, state.settings.sound);
  useLayoutEffect(() => {
    if (root.current) applyTheme(root.current, theme || state.config.theme, state.config.accent);
  }, [theme, state.config.theme, state.config.accent]);
  useEffect(() => {
    if (state.open && state.takesFocus) composer.current?.focus();
  }, [state.open, state.takesFocus]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && mode === "frame") close();
  };
  const firstReply = () => root.current?.querySelector<HTMLElement>(".replies button[tabindex='0']") ?? null;
  const role = mode === "frame" ? "dialog" : mode === "page" ? "main" : "region";
  return (
    <PanelContext.Provider value={panel}>
      <StateContext.Provider value={state}>
        <div
          ref={root}
          class={`gb ${mode} size-${state.settings.textSize}`}
          part="panel"
          role={role}
          aria-labelledby={titleId}
          lang={words.locale}
          dir={words.dir}
          onKeyDown={onKeyDown}
        >
          <Header titleId={titleId} view={view} setView={setView} />
          {state.phase === "refused" ? <Refused words={words} /> : view === "list" ? <Conversations done={() => setView("thread")} /> : <Body composer={composer} replies={firstReply} />}
          <Announcer />
          {state.config.brand && <p class="brand" part="brand">{words.t("brand")}</p>}
        </div>
      </StateContext.Provider>
    </PanelContext.Provider>
  );
}

function Body({ composer, replies }: { composer: RefObject<HTMLTextAreaElement | null>; replies: () => HTMLElement | null }): JSX.Element {
  const { words } = usePanel();
  const state = useChatState();
  return (
    <>
      <Thread composer={composer} />
      {state.disconnected && <p class="fault" role="status">{words.t("state.waiting")}</p>}
      <QuickReplies replies={openReplies(state)} composer={composer} />
      <Composer area={composer} replies={replies} />
    </>
  );
}

function Refused({ words }: { words: Words }): JSX.Element {
  return (
    <div class="welcome" role="alert">
      <p><strong>{words.t("refused.title")}</strong></p>
      <p>{words.t("refused.detail")}</p>
    </div>
  );
}
