/** The frames of the socket, and how one becomes a typed value. A frame that is not understood is null: an old core keeps working with a newer server. */

import type { Entry, Message, VisitorEvent } from "./messages";

export type ClientFrame =
  | { t: "open"; conversation: string; after: number }
  | { t: "send"; conversation: string; id: string; event: VisitorEvent }
  | { t: "read"; conversation: string; n: number }
  | { t: "typing"; conversation: string }
  | { t: "ping" };

export type ServerFrame =
  | { t: "opened"; conversation: string; last_n: number; read_n: number }
  | { t: "entry"; conversation: string; entry: Entry }
  | { t: "ack"; id: string; n: number; duplicate: boolean }
  | { t: "typing"; conversation: string; on: boolean }
  | { t: "error"; id: string; code: string; detail: string; retryAfterS: number }
  | { t: "bye"; code: string; detail: string; retryAfterS: number }
  | { t: "pong" };

type Json = Record<string, unknown>;

export function parseFrame(text: string): ServerFrame | null {
  const value = parseJson(text);
  return value === null ? null : asFrame(value);
}

export function asFrame(value: Json): ServerFrame | null {
  switch (value.t) {
    case "opened":
      return { t: "opened", conversation: str(value.conversation), last_n: num(value.last_n), read_n: num(value.read_n) };
    case "entry": {
      const entry = asEntry(value);
      return entry && { t: "entry", conversation: str(value.conversation), entry };
    }
    case "ack":
      return { t: "ack", id: str(value.id), n: num(value.n), duplicate: value.duplicate === true };
    case "typing":
      return { t: "typing", conversation: str(value.conversation), on: value.on !== false };
    case "error":
      return { t: "error", id: str(value.id), ...reason(value) };
    case "bye":
      return { t: "bye", ...reason(value) };
    case "pong":
      return { t: "pong" };
    default:
      return null;
  }
}

/** An entry of a thread, from a frame or from a history answer; null when it lacks a position or a body. */
export function asEntry(value: unknown): Entry | null {
  if (!isJson(value) || !isJson(value.body) || typeof value.body.type !== "string") return null;
  const head = { n: num(value.n), at: num(value.at), author: str(value.author) };
  if (head.n < 1) return null;
  if (value.dir === "in") return { ...head, dir: "in", id: str(value.id), body: value.body as VisitorEvent };
  return { ...head, dir: "out", body: value.body as unknown as Message };
}

function reason(value: Json): { code: string; detail: string; retryAfterS: number } {
  return { code: str(value.code), detail: str(value.detail), retryAfterS: num(value.retry_after) };
}

export function parseJson(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : null;
  } catch {
    return null;
  }
}

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function str(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function num(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
