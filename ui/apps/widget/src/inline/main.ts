/**
 * The chat as a part of a page. On the server's own origin it lives in a shadow root, where the site's `::part()` styles reach
 * it. On any other page it lives in an iframe: no call of it crosses an origin. `isolation="frame"` or `"shadow"` decides otherwise.
 */

import { PanelFrame } from "../loader/panel-frame";

declare const __CORE__: string;
declare const __STYLE__: string;

interface Core {
  mountInline(root: ShadowRoot, base: string, style: string, data: DOMStringMap): Promise<() => void>;
}

const ATTRIBUTES = { bot: "bot", locale: "locale", theme: "theme", userToken: "user-token" };
const STYLE = ":host{display:block;block-size:min(640px,80vh);inline-size:100%}.gb-host,iframe{block-size:100%;inline-size:100%;border:0}";

function start(element: HTMLElement, base: string): void {
  const root = element.shadowRoot ?? prepare(element);
  const isolation = element.getAttribute("isolation") ?? (location.origin === new URL(base).origin ? "shadow" : "frame");
  if (isolation === "shadow") void mountHere(element, root, base).catch(() => mountFrame(element, root, base));
  else mountFrame(element, root, base);
}

function prepare(element: HTMLElement): ShadowRoot {
  const root = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  return root;
}

async function mountHere(element: HTMLElement, root: ShadowRoot, base: string): Promise<void> {
  const assets = `${base}/web/assets/`;
  const core = (await import(/* @vite-ignore */ assets + __CORE__)) as Core;
  const undo = await core.mountInline(root, base, assets + __STYLE__, dataOf(element));
  whenGone(element, root, undo);
}

function mountFrame(element: HTMLElement, root: ShadowRoot, base: string): void {
  const panel = new PanelFrame(base, dataOf(element), "inline", () => undefined);
  root.replaceChildren(panel.element);
  panel.tell({ gutenbot: "open", quietly: true });
  whenGone(element, root, () => undefined);
}

function dataOf(element: HTMLElement): DOMStringMap {
  const pairs = Object.entries(ATTRIBUTES).map(([name, attribute]) => [name, element.getAttribute(attribute) ?? element.dataset[name] ?? ""]);
  return Object.fromEntries(pairs) as DOMStringMap;
}

/** The element was taken from the page: the chat goes with it. */
function whenGone(element: HTMLElement, root: ShadowRoot, undo: () => void): void {
  const watch = new MutationObserver(() => {
    if (element.isConnected) return;
    watch.disconnect();
    undo();
    root.replaceChildren();
  });
  watch.observe(document, { childList: true, subtree: true });
}

(globalThis as { gutenbotInline?: typeof start }).gutenbotInline = start;
