/** What the screen shows. Only the chat changes it. */

import type { Entry } from "../protocol/messages";
import type { Bot, Config, Limits, Summary } from "../protocol/session";
import { asConfig, asLimits } from "../protocol/session";
import type { LinkState } from "../transport/connection";
import type { OutboxItem } from "../transport/outbox";

export interface Upload {
  id: string;
  name: string;
  size: number;
  /** From 0 to 1. */
  progress: number;
  state: "sending" | "sent" | "failed";
  /** The code of the refusal; empty otherwise. */
  problem: string;
}

export interface Settings {
  sound: boolean;
  /** Per cent: 100, 125, 150, 200. */
  textSize: number;
  /** Empty: as the page or the browser says. */
  locale: string;
}

export type Phase = "loading" | "ready" | "refused";

export interface ChatState {
  phase: Phase;
  /** The code of the refusal, while `phase` is `refused`. */
  problem: string;
  bot: Bot;
  config: Config;
  limits: Limits;
  conversations: readonly Summary[];
  /** The shown conversation; empty before there is one. */
  current: string;
  entries: readonly Entry[];
  /** Entries up to this position are shown; later ones wait for their pace. */
  revealed: number;
  hasEarlier: boolean;
  loadingEarlier: boolean;
  items: readonly OutboxItem[];
  uploads: readonly Upload[];
  botTyping: boolean;
  readN: number;
  /** The first entry that was unread when the panel opened; 0 when none was. */
  unreadFrom: number;
  link: LinkState;
  /** The line has been down for so long that the visitor should know. */
  disconnected: boolean;
  open: boolean;
  /** It was opened by the visitor, so the composer takes the focus; not so when a new page opens it again. */
  takesFocus: boolean;
  unread: number;
  settings: Settings;
}

export function initialState(botId: string): ChatState {
  return {
    phase: "loading",
    problem: "",
    bot: { id: botId, name: "", avatar: "", description: "" },
    config: asConfig({}),
    limits: asLimits({}),
    conversations: [],
    current: "",
    entries: [],
    revealed: 0,
    hasEarlier: false,
    loadingEarlier: false,
    items: [],
    uploads: [],
    botTyping: false,
    readN: 0,
    unreadFrom: 0,
    link: "idle",
    disconnected: false,
    open: false,
    takesFocus: false,
    unread: 0,
    settings: { sound: false, textSize: 100, locale: "" },
  };
}
