/**
 * The panel's side of the talk with the site's page. The iframe's address names the origin of the page; messages are taken from
 * that origin and from the parent window only, and sent to nowhere else.
 */

import { mount } from "../core";
import type { Mounted } from "../core";
import { english } from "../locales/index";
import { entryText, eventText } from "../render/text";
import { parseColour, readableFill, toHex } from "../theme/contrast";
import { isJson } from "../protocol/frames";
import { asConfig } from "../protocol/session";
import type { ToPage, ToPanel } from "./messages";

/** The page has so long to introduce itself; then the panel starts without it. */
const INIT_MS = 3_000;

export class Parent {
  private readonly origin = declaredOrigin();
  private mounted: Promise<Mounted> | null = null;

  constructor(
    private readonly bot: string,
    private readonly base: string,
    private readonly pageLocale: string,
  ) {}

  async run(target: Element): Promise<void> {
    const init = await this.introduction();
    this.mounted = mount(target, {
      bot: this.bot,
      base: this.base,
      mode: fromAddress("m") === "inline" ? "inline" : "frame",
      locale: init?.locale ?? "",
      pageLocale: this.pageLocale,
      theme: init?.theme ?? "",
      userToken: init?.userToken ?? "",
      page: init?.page ?? "",
      close: () => this.tell({ gutenbot: "close" }),
    });
    this.report(await this.mounted);
  }

  private introduction(): Promise<Extract<ToPanel, { gutenbot: "init" }> | null> {
    return new Promise((resolve) => {
      addEventListener("message", (event: MessageEvent<unknown>) => {
        const message = this.accepted(event);
        if (message?.gutenbot === "init") resolve(message);
        else if (message !== null) void this.obey(message);
      });
      setTimeout(() => resolve(null), INIT_MS);
      this.tell({ gutenbot: "hello" });
    });
  }

  private accepted(event: MessageEvent<unknown>): ToPanel | null {
    if (this.origin === "" || event.source !== window.parent || event.origin !== this.origin) return null;
    return asToPanel(event.data);
  }

  private async obey(message: ToPanel): Promise<void> {
    const { chat } = (await this.started()) ?? {};
    if (chat === undefined) return;
    if (message.gutenbot === "open") chat.open(message.quietly);
    if (message.gutenbot === "close") chat.close();
    if (message.gutenbot === "send") chat.sendText(message.text);
    if (message.gutenbot === "identify") chat.identify(message.userToken);
    if (message.gutenbot === "reset") await chat.reset();
    if (message.gutenbot === "look" && this.origin === location.origin) {
      const { bot, config } = chat.state.get();
      chat.state.patch({ config: asConfig({ ...config, ...message.config }), bot: { ...bot, name: message.name || bot.name } });
    }
  }

  /** Commands that come before the panel stands wait for it. */
  private async started(): Promise<Mounted | null> {
    for (let waited = 0; this.mounted === null && waited < 2 * INIT_MS; waited += 50) await new Promise((done) => setTimeout(done, 50));
    return this.mounted;
  }

  private report({ chat }: Mounted): void {
    const tellState = () => {
      const { unread, current, bot, config } = chat.state.get();
      const { launcher, teaser, position } = config;
      const colour = parseColour(config.accent);
      const accent = colour === null ? "" : toHex(readableFill(colour, [255, 255, 255]));
      this.tell({ gutenbot: "state", unread, active: current !== "", name: bot.name, accent, launcher, teaser, position });
    };
    chat.state.watch(tellState);
    tellState();
    chat.on((event) => {
      if (event.type === "message") this.tellEvent("message", entryText(event.entry, english), event.entry.author);
      else this.tellEvent("sent", eventText(event.event, english), "user");
    });
  }

  private tellEvent(name: "message" | "sent", text: string, author: string): void {
    this.tell({ gutenbot: "event", name, detail: { text, author } });
  }

  private tell(message: ToPage): void {
    if (this.origin === "") return;
    // A page from a file has no origin that could be named; the panel tells it nothing that the page could not see.
    window.parent.postMessage(message, this.origin === "null" ? "*" : this.origin);
  }
}

/** The origin in the iframe's address, unless the browser knows better. */
function declaredOrigin(): string {
  const declared = fromAddress("o");
  const ancestors = (location as { ancestorOrigins?: DOMStringList }).ancestorOrigins;
  const actual = ancestors?.[0] ?? (document.referrer === "" ? declared : new URL(document.referrer).origin);
  return actual === declared ? declared : "";
}

function fromAddress(name: string): string {
  return new URLSearchParams(location.hash.slice(1)).get(name) ?? "";
}

const LONGEST_TEXT = 8_000;

export function asToPanel(data: unknown): ToPanel | null {
  if (typeof data !== "object" || data === null || !("gutenbot" in data)) return null;
  const message = data as Record<string, unknown>;
  const text = (name: string) => (typeof message[name] === "string" ? message[name].slice(0, LONGEST_TEXT) : "");
  switch (message.gutenbot) {
    case "init":
      return { gutenbot: "init", locale: text("locale"), theme: text("theme"), userToken: text("userToken"), page: text("page") };
    case "send":
      return { gutenbot: "send", text: text("text") };
    case "identify":
      return { gutenbot: "identify", userToken: text("userToken") };
    case "open":
      return { gutenbot: "open", quietly: message.quietly === true };
    case "look":
      return { gutenbot: "look", config: isJson(message.config) ? message.config : {}, name: text("name") };
    case "close":
    case "reset":
      return { gutenbot: message.gutenbot };
    default:
      return null;
  }
}
