/** `<bot-chat bot="shop" mode="inline">`: the chat as a part of a page. */

import { PanelFrame } from "./panel-frame";

declare const __CORE__: string;
declare const __STYLE__: string;

interface Core {
  mount(target: Element, options: object): Promise<{ chat: { open(): void }; destroy(): void }>;
}

/**
 * On the server's own origin the chat lives in a shadow root, where the site's `::part()` styles reach it. On any other page it
 * lives in an iframe: no call of it crosses an origin. `isolation="frame"` or `"shadow"` decides otherwise.
 */
export function defineElement(base: string): void {
  if (customElements.get("bot-chat")) return;
  customElements.define(
    "bot-chat",
    class extends HTMLElement {
      private undo: () => void = () => undefined;

      connectedCallback(): void {
        if (this.shadowRoot === null) this.attachShadow({ mode: "open" });
        const isolation = this.getAttribute("isolation") ?? (location.origin === new URL(base).origin ? "shadow" : "frame");
        if (isolation === "shadow") void this.mountHere().catch(() => this.mountFrame());
        else this.mountFrame();
      }

      disconnectedCallback(): void {
        this.undo();
        this.shadowRoot?.replaceChildren();
      }

      private read(name: string): string {
        return this.getAttribute(name) ?? this.getAttribute(`data-${name}`) ?? "";
      }

      private async mountHere(): Promise<void> {
        const core = (await import(/* @vite-ignore */ `${base}/web/assets/${__CORE__}`)) as Core;
        const style = document.createElement("link");
        style.rel = "stylesheet";
        style.href = `${base}/web/assets/${__STYLE__}`;
        const target = this.box("gb-host");
        this.shadowRoot?.replaceChildren(style, target);
        const options = { bot: this.read("bot"), base, mode: "inline", locale: this.read("locale"), theme: this.read("theme"), userToken: this.read("user-token") };
        const { chat, destroy } = await core.mount(target, options);
        this.undo = destroy;
        chat.open();
      }

      private mountFrame(): void {
        const text = { bot: this.read("bot"), locale: this.read("locale"), theme: this.read("theme"), userToken: this.read("user-token") };
        const panel = new PanelFrame({ base, position: "", open: true, preload: false, ...text }, "Chat", () => undefined, "inline");
        const target = this.box("");
        target.append(panel.element);
        this.shadowRoot?.replaceChildren(target);
        this.undo = () => panel.remove();
        panel.tell({ gutenbot: "open" });
      }

      private box(name: string): HTMLElement {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(":host{display:block;block-size:100%;min-block-size:320px}div,iframe{block-size:100%;inline-size:100%;border:0;display:block}");
        if (this.shadowRoot) this.shadowRoot.adoptedStyleSheets = [sheet];
        const target = document.createElement("div");
        target.className = name;
        return target;
      }
    },
  );
}
