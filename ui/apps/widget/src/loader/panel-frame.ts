/** The panel in its iframe: made once, told things, heard only from its own origin and window. */

import type { ToPage, ToPanel } from "../bridge/messages";
import type { Options } from "./options";

export class PanelFrame {
  readonly element: HTMLIFrameElement;
  private readonly origin: string;
  private readonly waiting: ToPanel[] = [];
  private greeted = false;
  private readonly listen = (event: MessageEvent<unknown>) => this.hear(event);

  constructor(
    private readonly options: Options,
    title: string,
    private readonly heard: (message: ToPage) => void,
    mode = "frame",
  ) {
    const { base, bot } = options;
    this.origin = new URL(base).origin;
    const frame = document.createElement("iframe");
    frame.title = title;
    frame.allow = "clipboard-write";
    frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads");
    frame.src = `${base}/web/${encodeURIComponent(bot)}/page#o=${encodeURIComponent(location.origin)}&m=${mode}`;
    this.element = frame;
    addEventListener("message", this.listen);
  }

  tell(message: ToPanel): void {
    if (!this.greeted) this.waiting.push(message);
    else this.element.contentWindow?.postMessage(message, this.origin);
  }

  remove(): void {
    removeEventListener("message", this.listen);
    this.element.remove();
  }

  private hear(event: MessageEvent<unknown>): void {
    if (event.source !== this.element.contentWindow || event.origin !== this.origin) return;
    const message = event.data as ToPage | null;
    if (message?.gutenbot === "hello") this.greet();
    else if (message?.gutenbot) this.heard(message);
  }

  private greet(): void {
    this.greeted = true;
    const { locale, theme, userToken } = this.options;
    this.tell({ gutenbot: "init", locale, theme, userToken, page: location.origin + location.pathname });
    for (const message of this.waiting.splice(0)) this.tell(message);
  }
}
