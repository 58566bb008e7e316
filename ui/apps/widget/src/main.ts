/** The page of the chat: the whole window, or the panel inside an iframe that a loader made. */

import { firstOf } from "./protocol/text";
import { mount } from "./core";
import { Parent } from "./bridge/parent";

const page = document.documentElement.dataset;
const target = document.querySelector("#chat");
const bot = page.bot ?? "";
const base = new URL(firstOf(page.base, "/"), location.href).href.replace(/\/$/, "");
const pageLocale = filled(document.documentElement.lang);

if (target !== null && window.parent !== window) void new Parent(bot, base, pageLocale).run(target);
else if (target !== null) {
  const query = new URLSearchParams(location.search);
  const options = { bot, base, mode: "page", locale: query.get("locale") ?? "", pageLocale, theme: query.get("theme") ?? "" } as const;
  void mount(target, options).then(({ chat }) => {
    chat.open();
    chat.state.watch(() => {
      const { bot: shown, unread } = chat.state.get();
      document.title = `${unread > 0 ? `(${unread}) ` : ""}${shown.name || "Chat"}`;
    });
  });
}

/** A placeholder that the server left means: as the browser says. */
function filled(value: string): string {
  return value.startsWith("__") ? "" : value;
}
