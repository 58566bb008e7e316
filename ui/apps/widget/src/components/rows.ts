/** What the thread shows, row by row: entries that are revealed, then what is still on its way. */

import type { Entry, QuickReply } from "../protocol/messages";
import { isVisible } from "../render/message";
import type { ChatState, Upload } from "../store/state";
import type { OutboxItem } from "../transport/outbox";

export type Row =
  | { kind: "day"; key: string; at: number }
  | { kind: "unread"; key: string }
  | { kind: "entry"; key: string; entry: Entry; first: boolean; answered: boolean; chosen: string | null }
  | { kind: "item"; key: string; item: OutboxItem; first: boolean }
  | { kind: "upload"; key: string; upload: Upload; first: boolean };

type Shown = Pick<ChatState, "entries" | "revealed" | "items" | "uploads" | "unreadFrom"> & { config: { start_payload: string } };

const GROUP_MS = 5 * 60_000;

export function rowsOf(state: Shown): Row[] {
  const rows: Row[] = [];
  const entries = shownEntries(state);
  let previous: Entry | null = null;
  entries.forEach((entry, index) => {
    const newDay = previous === null || !sameDay(previous.at, entry.at);
    if (newDay) rows.push({ kind: "day", key: `day-${entry.n}`, at: entry.at });
    if (entry.n === state.unreadFrom) rows.push({ kind: "unread", key: "unread" });
    const first = newDay || previous?.author !== entry.author || previous.dir !== entry.dir || entry.at - previous.at > GROUP_MS;
    const answer = answerAfter(entries, index);
    rows.push({ kind: "entry", key: keyOf(entry), entry, first, answered: answer !== null || hasItems(state), chosen: chosenIn(entry, answer) });
    previous = entry;
  });
  const arrived = new Set(entries.map((entry) => (entry.dir === "in" ? entry.id : "")));
  let first = entries.at(-1)?.dir !== "in";
  for (const item of state.items) {
    if (arrived.has(item.id) || isStart(item.event, state)) continue;
    rows.push({ kind: "item", key: item.id, item, first });
    first = false;
  }
  for (const upload of state.uploads) {
    rows.push({ kind: "upload", key: upload.id, upload, first });
    first = false;
  }
  return rows;
}

/** The answers that the visitor may still choose: those of the newest message, until anything is said after it. */
export function openReplies(state: Shown): readonly QuickReply[] {
  if (hasItems(state)) return [];
  const last = shownEntries(state).at(-1);
  return last?.dir === "out" ? (last.body.quick_replies ?? []) : [];
}

function shownEntries(state: Shown): Entry[] {
  return state.entries.filter((entry) => {
    if (entry.dir === "in") return !isStart(entry.body, state);
    return entry.n <= state.revealed && isVisible(entry.body);
  });
}

function hasItems(state: Shown): boolean {
  return state.items.some((item) => item.state !== "failed" && !isStart(item.event, state));
}

/** The payload that the client sends by itself is not something the visitor said. */
function isStart(event: { type: string; payload?: unknown; title?: unknown }, state: Shown): boolean {
  return event.type === "payload" && !event.title && event.payload === state.config.start_payload;
}

function answerAfter(entries: readonly Entry[], index: number): Entry | null {
  return entries.slice(index + 1).find((entry) => entry.dir === "in") ?? null;
}

/** The title of the quick reply that the answer picked, if it did. */
function chosenIn(entry: Entry, answer: Entry | null): string | null {
  if (entry.dir !== "out" || answer?.dir !== "in") return null;
  const said = answer.body.type === "payload" ? (answer.body.title ?? answer.body.payload) : answer.body.type === "message" ? answer.body.body : "";
  const found = (entry.body.quick_replies ?? []).find((reply) => reply.title === said);
  return found?.title ?? null;
}

/** A message keeps its key when it turns from an item into an entry, so nothing flickers. */
function keyOf(entry: Entry): string {
  return entry.dir === "in" && entry.id !== "" ? entry.id : `n${entry.n}`;
}

function sameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}
