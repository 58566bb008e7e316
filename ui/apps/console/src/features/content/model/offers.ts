/** Offered answers and buttons as rows of a form. `<ORDER> Order a pizza` is one of several ways in which a file may write them. */
import type { Json } from "../types";
import { isEntry, listOf, wordsOf } from "./value";
import type { Entry } from "./value";

export type Choice = { title: string; payload: string; image: string; rest: Entry };
export type ButtonKind = "say" | "postback" | "link" | "call" | "copy";
export const BUTTON_KINDS: readonly ButtonKind[] = ["postback", "say", "link", "call", "copy"];
export type ButtonRow = { title: string; kind: ButtonKind; value: string; rest: Entry };

const SHORT = /^<([^<>\n]{1,200})>\s*([^]*)$/;

function short(text: string): { payload: string; title: string } {
  const found = SHORT.exec(text.trim());
  return found ? { payload: (found[1] ?? "").trim(), title: (found[2] ?? "").trim() } : { payload: "", title: text };
}

/** Whether a payload survives the short way of writing it, which puts it in capitals. */
function isShort(payload: string): boolean {
  return payload !== "" && payload === payload.toUpperCase() && !/[<>\n]/.test(payload);
}

/** The property that holds the offered answers of an entry. */
export function choicesName(entry: Entry): "choices" | "quick_replies" {
  return "quick_replies" in entry ? "quick_replies" : "choices";
}

/** Whether the answers are written as a mapping of payloads to titles. */
function isMap(node: Json | undefined): node is Entry {
  return isEntry(node) && !("title" in node && Object.keys(node).every((key) => ["title", "payload", "image", "each", "as"].includes(key)));
}

/** The offered answers of an entry. */
export function choicesOf(entry: Entry): Choice[] {
  const node = entry[choicesName(entry)];
  if (isMap(node)) return Object.entries(node).map(([payload, one]) => ({ ...choiceOf(one), payload }));
  return listOf(node).map(choiceOf);
}

function choiceOf(node: Json): Choice {
  if (!isEntry(node)) return { ...short(wordsOf(node)), image: "", rest: {} };
  const { title, payload, image, ...rest } = node;
  return { title: wordsOf(title), payload: wordsOf(payload), image: wordsOf(image), rest };
}

/** An entry with other offered answers, written as they were. */
export function withChoices(entry: Entry, rows: readonly Choice[]): Entry {
  const name = choicesName(entry);
  const { [name]: before, ...others } = entry;
  if (rows.length === 0) return others;
  const unique = new Set(rows.map((row) => row.payload)).size === rows.length && rows.every((row) => row.payload !== "" && Object.keys(row.rest).length === 0);
  const node: Json = isMap(before) && unique ? Object.fromEntries(rows.map((row) => [row.payload, row.image === "" ? row.title : { title: row.title, image: row.image }])) : rows.map(writtenChoice);
  return before === undefined ? { ...others, [name]: node } : Object.fromEntries(Object.entries(entry).map(([key, value]) => [key, key === name ? node : value]));
}

function writtenChoice({ title, payload, image, rest }: Choice): Json {
  const plain = image === "" && Object.keys(rest).length === 0;
  if (plain && payload === "" && !title.trim().startsWith("<")) return title;
  if (plain && isShort(payload) && title.trim() !== "") return `<${payload}> ${title}`;
  return { title, ...(payload !== "" && { payload }), ...(image !== "" && { image }), ...rest };
}

/** Buttons as rows. */
export function buttonsOf(node: Json | undefined): ButtonRow[] {
  return listOf(node).map((one) => {
    if (!isEntry(one)) {
      const { payload, title } = short(wordsOf(one));
      return { title, kind: payload === "" ? "say" : "postback", value: payload, rest: {} };
    }
    const kind = BUTTON_KINDS.find((name) => name in one) ?? "postback";
    const { title, [kind]: value, ...rest } = one;
    return { title: wordsOf(title), kind, value: wordsOf(value), rest };
  });
}

/** Rows as buttons. */
export function writtenButtons(rows: readonly ButtonRow[]): Json {
  return rows.map(({ title, kind, value, rest }) => {
    const plain = Object.keys(rest).length === 0 && !title.trim().startsWith("<");
    if (plain && kind === "say" && value === "") return title;
    if (plain && kind === "postback" && isShort(value) && title.trim() !== "") return `<${value}> ${title}`;
    return { title, [kind]: value, ...rest };
  });
}
