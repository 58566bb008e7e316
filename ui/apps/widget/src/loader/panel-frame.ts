/** The panel in its iframe: made once, told things, heard only from its own origin and window. */

import type { ToPage, ToPanel } from "../bridge/messages";

export class PanelFrame {
  readonly element = document.createElement("iframe");
  readonly #waiting: ToPanel[] = [];
  readonly #origin: string;
  readonly #data: DOMStringMap;
  #greeted = false;

  /** `data` is what the script tag or the element says. */
  constructor(
    base: string,
    data: DOMStringMap,
    mode: "frame" | "inline",
    heard: (message: ToPage) => void,
  ) {
    const frame = this.element;
    this.#data = data;
    this.#origin = new URL(base).origin;
    frame.title = "Chat";
    frame.allow = "clipboard-write";
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads");
    frame.src = `${base}/web/${encodeURIComponent(data.bot ?? "")}/page#o=${encodeURIComponent(location.origin)}&m=${mode}`;
    addEventListener("message", ({ source, origin, data: message }: MessageEvent<ToPage>) => {
      if (source !== frame.contentWindow || origin !== this.#origin) return;
      if (message.gutenbot === "hello") this.#greet();
      else heard(message);
    });
  }

  tell(message: ToPanel): void {
    if (this.#greeted) this.element.contentWindow?.postMessage(message, this.#origin);
    else this.#waiting.push(message);
  }

  #greet(): void {
    const { locale = "", theme = "", userToken = "" } = this.#data;
    this.#greeted = true;
    this.tell({ gutenbot: "init", locale, theme, userToken, page: location.origin + location.pathname });
    this.#waiting.splice(0).forEach((message) => this.tell(message));
  }
}
