/** What the server says at the start of a visit: who the visitor is, what the bot looks like and what it allows. */

import { isJson, num, str } from "./frames";

export interface Bot {
  id: string;
  name: string;
  avatar: string;
  description: string;
}

export interface Config {
  start_payload: string;
  theme: string;
  accent: string;
  position: string;
  markdown: boolean;
  uploads: boolean;
  sound: boolean;
  launcher: string;
  teaser: string;
  locales: string[];
  brand: boolean;
}

export interface Limits {
  text: number;
  file_bytes: number;
  file_types: string[];
}

export interface Summary {
  id: string;
  title: string;
  last_n: number;
  read_n: number;
  updated_ms: number;
}

export interface Session {
  visitor: string;
  ticket: string;
  bot: Bot;
  config: Config;
  limits: Limits;
  conversations: Summary[];
  conversation: string;
}

type Json = Record<string, unknown>;

export function asSession(value: Json): Session {
  const current = value.conversation;
  return {
    visitor: str(value.visitor),
    ticket: str(value.ticket),
    bot: asBot(value.bot),
    config: asConfig(value.config),
    limits: asLimits(value.limits),
    conversations: list(value.conversations).map(asSummary),
    conversation: isJson(current) ? str(current.id) : str(current),
  };
}

export function asSummary(value: unknown): Summary {
  const json = isJson(value) ? value : {};
  const { id, title, last_n, read_n, updated_ms } = json;
  return { id: str(id), title: str(title), last_n: num(last_n), read_n: num(read_n), updated_ms: num(updated_ms) };
}

function asBot(value: unknown): Bot {
  const json = isJson(value) ? value : {};
  return { id: str(json.id), name: str(json.name), avatar: str(json.avatar), description: str(json.description) };
}

export function asConfig(value: unknown): Config {
  const json = isJson(value) ? value : {};
  return {
    start_payload: str(json.start_payload),
    theme: str(json.theme),
    accent: str(json.accent),
    position: str(json.position),
    markdown: json.markdown !== false,
    uploads: json.uploads !== false,
    sound: json.sound === true,
    launcher: str(json.launcher),
    teaser: str(json.teaser),
    locales: list(json.locales).filter((item) => typeof item === "string"),
    brand: json.brand !== false,
  };
}

export function asLimits(value: unknown): Limits {
  const json = isJson(value) ? value : {};
  return {
    text: num(json.text) || 8000,
    file_bytes: num(json.file_bytes) || 10 * 1024 * 1024,
    file_types: list(json.file_types).filter((item) => typeof item === "string"),
  };
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
