/** The launcher on the site's page, with its badge and teaser, and the panel behind it. */

import type { ToPage } from "../bridge/messages";
import { memory } from "./memory";
import { PanelFrame } from "./panel-frame";
import { STYLE } from "./style";
import { launcherWord } from "./words";

const BUBBLE = "M4 5h16v11H10l-5 4v-4H4zM8 9h8M8 12h5";
const CROSS = "M6 6l12 12M18 6 6 18";

type Listener = (detail: object) => void;

/** A conversation this young goes on: its panel is loaded in the background, so that answers are noticed. */
const GOES_ON_MS = 6 * 3_600_000;

export class Widget {
  readonly #host = make("div");
  readonly #box = make("div");
  readonly #button = make("button", "l", "launcher");
  readonly #label = make("span");
  readonly #badge = make("span", "b", "badge");
  readonly #base: string;
  readonly #data: DOMStringMap;
  readonly #memory;
  readonly #visit;
  readonly #listeners: [string, Listener][] = [];
  #panel: PanelFrame | undefined;
  #teaser: HTMLElement | undefined;
  #unread = 0;
  #open = false;

  constructor(
    base: string,
    data: DOMStringMap,
  ) {
    const key = `gutenbot/${base}/${data.bot ?? ""}`;
    this.#base = base;
    this.#data = data;
    this.#memory = memory(key, () => localStorage);
    this.#visit = memory(key, () => sessionStorage);
    this.#paint();
    this.#wake();
  }

  open(quietly = false): void {
    if (this.#open) return;
    const panel = this.#load();
    this.#show(true);
    panel.tell({ gutenbot: "open", quietly });
    if (!quietly) panel.element.focus();
  }

  close(): void {
    if (!this.#open) return;
    this.#panel?.tell({ gutenbot: "close" });
    this.#show(false);
    this.#button.focus();
  }

  toggle(): void {
    if (this.#open) this.close();
    else this.open();
  }

  send(text: string): void {
    this.#load().tell({ gutenbot: "send", text });
  }

  identify(userToken: string): void {
    this.#data.userToken = userToken;
    this.#panel?.tell({ gutenbot: "identify", userToken });
  }

  reset(): void {
    this.#memory({ unread: 0, at: 0 });
    this.#load().tell({ gutenbot: "reset" });
  }

  on(name: string, listener: Listener): void {
    this.#listeners.push([name, listener]);
  }

  destroy(): void {
    this.#host.remove();
  }

  #paint(): void {
    const root = this.#host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    const button = this.#button;
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    button.append(icon(), this.#label, this.#badge);
    button.onclick = () => this.toggle();
    button.onpointerenter = button.onfocus = () => void this.#load();
    this.#box.append(button);
    root.append(this.#box);
    this.#look(this.#data.accent ?? this.#memory().accent, this.#data.position, this.#data.label, this.#data.teaser);
    this.#count(this.#memory().unread ?? 0);
    document.body.append(this.#host);
  }

  /** Loads the panel without being asked where a reason for it is known. */
  #wake(): void {
    const { unread = 0, at = 0 } = this.#memory();
    const { open, preload } = this.#data;
    // On a phone the panel would cover the page that the visitor just went to.
    if (open ? open === "true" : innerWidth > 479 && this.#visit().open) this.open(true);
    else if (unread) this.#load();
    else if (preload !== undefined || Date.now() - at < GOES_ON_MS) setTimeout(() => this.#load(), at ? 1_500 : 5_000);
  }

  #load(): PanelFrame {
    if (this.#panel === undefined) {
      this.#panel = new PanelFrame(this.#base, this.#data, "frame", (message) => this.#hear(message));
      this.#panel.element.hidden = true;
      this.#box.prepend(this.#panel.element);
    }
    return this.#panel;
  }

  #hear(message: ToPage): void {
    if (message.gutenbot === "close") this.close();
    if (message.gutenbot === "event") this.#emit(message.name, message.detail);
    if (message.gutenbot !== "state") return;
    const { unread, active, accent, launcher, teaser, position } = message;
    const data = this.#data;
    if (active) this.#memory({ unread, at: Date.now(), accent });
    this.#look(data.accent ?? accent, data.position ?? position, data.label ?? launcher, active ? "" : (data.teaser ?? teaser));
    this.#count(unread);
  }

  #look(accent = "", position = "", label = "", teaser = ""): void {
    if (accent) this.#box.style.setProperty("--a", accent);
    this.#host.dataset.side = /start|left/.test(position) ? "start" : "end";
    this.#label.textContent = label;
    this.#label.hidden = !label;
    if (teaser && !this.#teaser && !this.#open && !this.#memory().teased) this.#tease(teaser);
  }

  #tease(text: string): void {
    const words = make("button");
    const dismiss = make("button");
    words.textContent = text;
    words.onclick = () => this.open();
    dismiss.textContent = "✕";
    dismiss.ariaLabel = "OK";
    dismiss.onclick = () => this.#untease();
    this.#teaser = make("div", "t", "teaser");
    this.#teaser.append(words, dismiss);
    this.#box.prepend(this.#teaser);
  }

  #untease(): void {
    this.#teaser?.remove();
    this.#memory({ teased: true });
  }

  #show(open: boolean): void {
    this.#open = open;
    this.#visit({ open });
    if (this.#panel) this.#panel.element.hidden = !open;
    if (this.#teaser) this.#untease();
    this.#box.className = open ? "o" : "";
    this.#button.querySelector("path")?.setAttribute("d", open ? CROSS : BUBBLE);
    this.#count(this.#unread);
    this.#emit(open ? "open" : "close", {});
  }

  #count(unread: number): void {
    const changed = unread !== this.#unread;
    this.#unread = unread;
    this.#badge.textContent = `${unread}`;
    this.#badge.hidden = !unread;
    this.#button.ariaExpanded = `${this.#open}`;
    this.#button.ariaLabel = `${this.#label.textContent || launcherWord(this.#data.locale ?? "")} ${unread || ""}`;
    if (changed) this.#emit("unread", { unread });
  }

  #emit(name: string, detail: object): void {
    for (const [wanted, listener] of this.#listeners) if (wanted === name) listener(detail);
  }
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, name = "", part = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.className = name;
  if (part) made.part.add(part);
  return made;
}

function icon(): Element {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.ariaHidden = "true";
  path.setAttribute("d", BUBBLE);
  svg.append(path);
  return svg;
}
