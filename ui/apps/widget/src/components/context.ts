/** What every part of the panel can reach: the chat, its state, the words and the surroundings. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Bot, Config } from "../protocol/session";
import type { Chat } from "../store/chat";
import type { ChatState } from "../store/state";
import type { Words } from "../locales/index";

export type Mode = "frame" | "inline" | "page";

export interface Panel {
  chat: Chat;
  words: Words;
  mode: Mode;
  /** Relative addresses from the server are meant from here. */
  base: string;
  bot: Bot;
  config: Config;
  close: () => void;
}

export const PanelContext = createContext<Panel | null>(null);
export const StateContext = createContext<ChatState | null>(null);

export function usePanel(): Panel {
  const panel = useContext(PanelContext);
  if (panel === null) throw new Error("Outside of a panel");
  return panel;
}

export function useChatState(): ChatState {
  const state = useContext(StateContext);
  if (state === null) throw new Error("Outside of a panel");
  return state;
}
