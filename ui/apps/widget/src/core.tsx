/** Mounts the chat into an element of a page: of its own page, of the panel's iframe, or inside a shadow root. */

import { render } from "preact";
import "./theme/tokens.css";
import "./theme/panel.css";
import "./theme/lists.css";
import "./theme/messages.css";
import "./theme/answers.css";
import "./theme/parts.css";
import "./theme/modes.css";
import type { Mode } from "./components/context";
import { Panel } from "./components/panel";
import { bestLocale, loadWords } from "./locales/index";
import type { Words } from "./locales/index";
import { Chat } from "./store/chat";
import { openStore } from "./store/storage";
import { systemClock } from "./transport/clock";
import { Api } from "./transport/http";
import { pollLink } from "./transport/poll-link";
import { socketLink } from "./transport/socket-link";
import { streamLink } from "./transport/stream-link";
import { joinTabs } from "./transport/tabs";

export interface MountOptions {
  bot: string;
  /** The address of the server, without a slash at the end. */
  base: string;
  mode: Mode;
  locale?: string;
  /** The language of the page, for visitors whose browser names none that the chat speaks. */
  pageLocale?: string;
  theme?: string;
  userToken?: string;
  /** The page that the visitor is on. */
  page?: string;
  close?: () => void;
}

export interface Mounted {
  chat: Chat;
  destroy: () => void;
}

export async function mount(target: Element, options: MountOptions): Promise<Mounted> {
  const { bot, base, mode } = options;
  const root = `${base}/web/${encodeURIComponent(bot)}`;
  const name = `gutenbot/${base}/${bot}`;
  const api = new Api(root);
  const wanted = [options.locale ?? "", ...navigator.languages, options.pageLocale ?? ""].filter(Boolean);
  const chat = new Chat({
    name,
    botId: bot,
    api,
    store: await openStore(name),
    clock: systemClock,
    join: joinTabs(name),
    kinds: linkKinds(api),
    request: {
      locale: wanted[0] ?? "en",
      time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      page: options.page ?? location.href.split(/[?#]/)[0] ?? "",
      ...(options.userToken ? { user_token: options.userToken } : {}),
    },
  });
  const close = options.close ?? (() => undefined);
  let words: Words | null = null;
  const draw = () => {
    if (words === null) return;
    render(<Panel chat={chat} words={words} mode={mode} base={`${new URL(root, location.href).href}/`} theme={options.theme ?? ""} close={close} />, target);
  };
  const speak = async () => {
    const { settings, config } = chat.state.get();
    const locale = bestLocale([settings.locale, ...wanted].filter(Boolean), config.locales);
    if (words?.locale === locale) return;
    words = await loadWords(locale, wanted);
    if (mode !== "inline") Object.assign(document.documentElement, { lang: words.locale, dir: words.dir });
    draw();
  };
  const unwatch = chat.state.watch(() => void speak());
  const wake = watchPage(chat);
  void chat.start();
  await speak();
  return {
    chat,
    destroy: () => {
      unwatch();
      wake();
      chat.destroy();
      render(null, target);
    },
  };
}

function linkKinds(api: Api) {
  return [
    ["socket", socketLink(api, systemClock)],
    ["stream", streamLink(api)],
    ["poll", pollLink(api, systemClock)],
  ] as const;
}

/** Looking at the page, or getting the network back, is a reason to try at once. */
function watchPage(chat: Chat): () => void {
  const wake = () => {
    chat.line.nudge();
    if (!document.hidden) chat.seen();
  };
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
  return () => {
    removeEventListener("online", wake);
    document.removeEventListener("visibilitychange", wake);
  };
}

/** The chat inside a shadow root of a page of the server's own origin; the answer takes it away again. */
export async function mountInline(root: ShadowRoot, base: string, style: string, data: DOMStringMap): Promise<() => void> {
  const link = document.createElement("link");
  const target = document.createElement("div");
  const styled = new Promise((done) => (link.onload = link.onerror = done));
  target.className = "gb-host";
  link.rel = "stylesheet";
  link.href = style;
  root.replaceChildren(link, target);
  await styled;
  const { bot = "", locale = "", theme = "", userToken = "" } = data;
  const { chat, destroy } = await mount(target, { bot, base, mode: "inline", locale, theme, userToken });
  chat.open(true);
  return destroy;
}
