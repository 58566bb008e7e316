/** The launcher on the site's page, with its badge and teaser, and the panel behind it. */

import type { ToPage } from "../bridge/messages";
import { Memory } from "./memory";
import type { Options } from "./options";
import { PanelFrame } from "./panel-frame";
import { STYLE } from "./style";
import { launcherWords } from "./words";

type Listener = (detail: unknown) => void;

/** A conversation this young goes on: its panel is loaded in the background, so that answers are noticed. */
const GOES_ON_MS = 6 * 3_600_000;

export class Widget {
  private readonly host = document.createElement("div");
  private readonly root = this.host.attachShadow({ mode: "open" });
  private readonly box = element("div", "");
  private readonly button = element("button", "launcher");
  private readonly badge = element("span", "badge");
  private readonly words: readonly [string, string, string];
  private readonly memory: Memory;
  private readonly listeners = new Map<string, Listener[]>();
  private panel: PanelFrame | null = null;
  private teaser: HTMLElement | null = null;
  private isOpen = false;
  private label = "";

  constructor(private readonly options: Options) {
    this.words = launcherWords(options.locale);
    this.memory = new Memory(`gutenbot/${options.base}/${options.bot}`);
    this.paint();
    this.wake();
  }

  open(quietly = false): void {
    if (this.isOpen) return;
    const panel = this.load();
    this.isOpen = true;
    panel.element.hidden = false;
    this.dismissTeaser();
    this.shown();
    panel.tell({ gutenbot: "open" });
    if (!quietly) panel.element.focus();
    this.emit("open", {});
  }

  close(): void {
    if (!this.isOpen || this.panel === null) return;
    this.isOpen = false;
    this.panel.element.hidden = true;
    this.panel.tell({ gutenbot: "close" });
    this.shown();
    this.button.focus();
    this.emit("close", {});
  }

  toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  send(text: string): void {
    this.load().tell({ gutenbot: "send", text });
  }

  identify(userToken: string): void {
    this.options.userToken = userToken;
    this.panel?.tell({ gutenbot: "identify", userToken });
  }

  reset(): void {
    this.memory.write({ unread: 0, at: 0, teased: false });
    this.load().tell({ gutenbot: "reset" });
  }

  on(name: string, listener: Listener): void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
  }

  destroy(): void {
    this.panel?.remove();
    this.host.remove();
  }

  private paint(): void {
    const { host, root, box, button, badge } = this;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.place(this.options.position);
    this.colour(this.memory.read().accent ?? "");
    button.type = "button";
    button.part.add("launcher");
    badge.part.add("badge");
    button.append(icon(), badge);
    button.onclick = () => this.toggle();
    for (const name of ["pointerenter", "focus", "touchstart"]) button.addEventListener(name, () => void this.load(), { once: true, passive: true });
    box.append(button);
    root.append(box);
    this.count(this.memory.read().unread ?? 0);
    this.shown();
    document.body.append(host);
  }

  /** Loads the panel without being asked where a reason for it is known. */
  private wake(): void {
    const { unread = 0, at = 0 } = this.memory.read();
    const { open, preload } = this.options;
    if (open || this.memory.wasOpen()) this.open(true);
    else if (unread > 0) this.load();
    else if (preload || Date.now() - at < GOES_ON_MS) setTimeout(() => void this.load(), preload ? 5_000 : 1_500);
  }

  private load(): PanelFrame {
    if (this.panel !== null) return this.panel;
    const panel = new PanelFrame(this.options, this.words[0], (message) => this.hear(message));
    this.panel = panel;
    panel.element.hidden = true;
    panel.element.part.add("panel");
    this.box.prepend(panel.element);
    return panel;
  }

  private hear(message: ToPage): void {
    if (message.gutenbot === "close") this.close();
    if (message.gutenbot === "event") this.emit(message.name, message.detail);
    if (message.gutenbot !== "state") return;
    const { unread, active, name, accent, launcher, teaser, position } = message;
    if (active) this.memory.write({ unread, at: Date.now(), accent });
    if (name !== "" && this.panel) this.panel.element.title = name;
    this.colour(accent);
    this.place(this.options.position || position);
    this.write(launcher);
    if (teaser !== "" && !active) this.tease(teaser);
    this.count(unread);
  }

  private count(unread: number): void {
    const before = this.badge.textContent;
    this.badge.textContent = unread > 99 ? "99+" : String(unread);
    this.badge.hidden = unread === 0;
    this.shown();
    if (before !== this.badge.textContent) this.emit("unread", { unread });
  }

  private shown(): void {
    const { button, isOpen, badge } = this;
    const [open, close] = this.words;
    this.box.className = isOpen ? "open" : "";
    button.setAttribute("aria-expanded", String(isOpen));
    const name = isOpen ? close : this.label || open;
    button.setAttribute("aria-label", badge.hidden ? name : `${name} (${badge.textContent ?? ""})`);
    this.memory.wasOpen(isOpen);
  }

  private write(label: string): void {
    if (label === this.label) return;
    this.label = label;
    this.button.classList.toggle("wide", label !== "");
    const text = element("span", "");
    text.textContent = label;
    this.button.replaceChildren(icon(), text, this.badge);
  }

  private tease(text: string): void {
    if (this.teaser !== null || this.isOpen || this.memory.read().teased) return;
    const bubble = element("div", "teaser");
    const words = element("button", "");
    const dismiss = element("button", "x");
    words.textContent = text;
    words.onclick = () => this.open();
    dismiss.textContent = "✕";
    dismiss.setAttribute("aria-label", this.words[2]);
    dismiss.onclick = () => this.dismissTeaser();
    bubble.part.add("teaser");
    bubble.append(words, dismiss);
    this.teaser = bubble;
    this.box.prepend(bubble);
  }

  private dismissTeaser(): void {
    if (this.teaser === null) return;
    this.teaser.remove();
    this.memory.write({ teased: true });
  }

  private colour(accent: string): void {
    if (/^#[\da-f]{6}$/i.test(accent)) this.box.style.setProperty("--a", accent);
  }

  private place(position: string): void {
    this.host.dataset.side = /start|left/.test(position) ? "start" : "end";
  }

  private emit(name: string, detail: unknown): void {
    for (const listener of this.listeners.get(name) ?? []) listener(detail);
  }
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, name: string): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (name !== "") made.className = name;
  return made;
}

function icon(): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M4 5h16v11H10l-5 4v-4H4zM8 9h8M8 12h5");
  svg.append(path);
  return svg;
}
