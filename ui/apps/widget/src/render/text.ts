/** A message or an event in words alone: for announcements, transcripts and titles. */

import type { Words } from "../locales/index";
import type { Entry, Message, VisitorEvent } from "../protocol/messages";
import { plainText } from "./markdown";

export function messageText(message: Message, words: Words): string {
  switch (message.type) {
    case "text":
    case "choices":
    case "buttons":
      return plainText(message.text);
    case "image":
    case "audio":
    case "video":
      return [message.caption, message.alt].filter(Boolean).join(". ") || message.url;
    case "file":
      return message.name;
    case "location":
      return [message.title, message.address].filter(Boolean).join(", ") || `${message.latitude}, ${message.longitude}`;
    case "card":
      return [message.title, message.subtitle].filter(Boolean).join(". ");
    case "carousel":
      return (message.cards ?? []).map((card) => card.title).join(". ");
    case "form":
      return message.title ?? words.t("form.label");
    case "typing":
      return "";
    default:
      return shownInstead(message) ?? words.t("message.unknown");
  }
}

export function eventText(event: VisitorEvent, words: Words): string {
  switch (event.type) {
    case "message":
      return event.body;
    case "payload":
      return event.title ?? event.payload;
    case "form":
      return words.t("form.sent");
    case "location":
      return event.title ?? `${event.latitude}, ${event.longitude}`;
    case "attachment":
      return event.attachments.map((file) => file.name ?? file.url).join(", ");
    default:
      return "";
  }
}

export function entryText(entry: Entry, words: Words): string {
  return entry.dir === "in" ? eventText(entry.body, words) : messageText(entry.body, words);
}

/** How many answers a message offers: its quick replies and its buttons. */
export function choiceCount(message: Message): number {
  const buttons = message.type === "buttons" || message.type === "card" ? (message.buttons ?? []).length : 0;
  return (message.quick_replies ?? []).length + buttons;
}

/** The words of a message of an unknown kind, if it has any. */
function shownInstead(message: Message): string | null {
  const text = (message as { text?: unknown }).text;
  return typeof text === "string" && text !== "" ? text : null;
}
