/** @jsxImportSource preact */
/** Messages drawn by the web chat's own parts, in a shadow of the page: what the editor sees is what visitors will see. */
import { render } from "preact";
import type { JSX } from "preact";
import { PanelContext } from "../../../../../widget/src/components/context";
import type { Panel } from "../../../../../widget/src/components/context";
import { QuickReplies } from "../../../../../widget/src/components/quick-replies";
import { english, loadWords } from "../../../../../widget/src/locales/index";
import type { Words } from "../../../../../widget/src/locales/index";
import type { Message } from "../../../../../widget/src/protocol/messages";
import { isVisible, MessageView } from "../../../../../widget/src/render/message";
import answers from "../../../../../widget/src/theme/answers.css?inline";
import messages from "../../../../../widget/src/theme/messages.css?inline";
import panel from "../../../../../widget/src/theme/panel.css?inline";
import parts from "../../../../../widget/src/theme/parts.css?inline";
import tokens from "../../../../../widget/src/theme/tokens.css?inline";
import own from "./draw.css?inline";

export type Drawing = {
  messages: readonly Message[];
  scheme: "light" | "dark";
  dir: "ltr" | "rtl";
  /** The message that is being edited, counted from 0. */
  active: number | null;
  /** The name of a message for people who do not see it. */
  label: (index: number) => string;
  onPick: (index: number) => void;
};

/** Where messages are drawn; `close` takes everything away. */
export type Canvas = { draw: (drawing: Drawing) => void; close: () => void };

/** A place to draw on, inside an element of the page. */
export async function openCanvas(host: HTMLElement, locale: string): Promise<Canvas> {
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([tokens, panel, messages, answers, parts, own].join("\n"));
  shadow.adoptedStyleSheets = [sheet];
  const words = await loadWords(locale.split("-")[0] ?? "en", [locale]).catch(() => english);
  return {
    draw: (drawing) => render(<Frame drawing={drawing} words={words} />, shadow),
    close: () => render(null, shadow),
  };
}

const composer = { current: null };

function Frame({ drawing, words }: { drawing: Drawing; words: Words }): JSX.Element {
  const last = drawing.messages.at(-1);
  return (
    <PanelContext.Provider value={surroundings(words)}>
      <div class="gb" data-preset="calm" data-scheme={drawing.scheme} dir={drawing.dir}>
        <div class="thread" onClick={keepHere}>
          {drawing.messages.map((message, index) => (
            <Line key={index} message={message} index={index} drawing={drawing} />
          ))}
        </div>
        <QuickReplies replies={last?.quick_replies ?? []} composer={composer} />
      </div>
    </PanelContext.Provider>
  );
}

function Line({ message, index, drawing }: { message: Message; index: number; drawing: Drawing }): JSX.Element {
  const pick = () => drawing.onPick(index);
  return (
    <div class={index === 0 ? "line first" : "line"} data-active={drawing.active === index ? "" : undefined} onClick={pick}>
      <div class="line-body">{isVisible(message) ? <MessageView message={message} answered={false} /> : <span class="pause">⋯</span>}</div>
      <button type="button" class="pick" aria-label={drawing.label(index)} onClick={pick}>
        ✎
      </button>
    </div>
  );
}

/** A preview leads nowhere: links of messages are not followed. */
function keepHere(event: Event): void {
  if (event.target instanceof Element && event.target.closest("a")) event.preventDefault();
}

/** What the parts of the web chat ask for: words, and a chat to which nothing is sent. */
function surroundings(words: Words): Panel {
  const nothing = () => undefined;
  const chat = { send: nothing, sendForm: nothing } as unknown as Panel["chat"];
  const config = { markdown: true } as unknown as Panel["config"];
  return { chat, words, mode: "inline", base: location.origin + "/", bot: { id: "", name: "", avatar: "", description: "" }, config, close: nothing };
}
