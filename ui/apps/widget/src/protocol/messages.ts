/** What a bot can say and what a visitor can send, as they stand in the protocol of the web chat. Knows no network and no screen. */

export type ButtonKind = "postback" | "say" | "link" | "call" | "copy";

export interface Button {
  title: string;
  kind?: ButtonKind;
  value?: string;
}

export interface QuickReply {
  title: string;
  payload?: string;
  image?: string;
}

export interface WebExtra {
  style?: string;
  type?: string;
}

interface Shared {
  quick_replies?: QuickReply[];
  typing_ms?: number;
  wait_ms?: number;
  content_id?: string;
  locale?: string;
  extra?: { web?: WebExtra } | null;
}

export interface TextMessage extends Shared {
  type: "text" | "choices";
  text: string;
}

export interface ButtonsMessage extends Shared {
  type: "buttons";
  text: string;
  buttons?: Button[];
}

export interface MediaMessage extends Shared {
  type: "image" | "audio" | "video";
  url: string;
  alt?: string;
  caption?: string;
}

export interface FileMessage extends Shared {
  type: "file";
  url: string;
  name: string;
  mime?: string;
  size?: number;
}

export interface LocationMessage extends Shared {
  type: "location";
  latitude: number;
  longitude: number;
  title?: string;
  address?: string;
}

export interface Card {
  title: string;
  subtitle?: string;
  image?: string;
  alt?: string;
  url?: string;
  buttons?: Button[];
}

export interface CardMessage extends Shared, Card {
  type: "card";
}

export interface CarouselMessage extends Shared {
  type: "carousel";
  cards?: Card[];
  layout?: "carousel" | "list";
}

export type FieldKind =
  | "text"
  | "textarea"
  | "number"
  | "email"
  | "phone"
  | "date"
  | "time"
  | "select"
  | "checkbox"
  | "password";

export interface Field {
  name: string;
  label: string;
  kind?: FieldKind;
  required?: boolean;
  placeholder?: string;
  options?: QuickReply[];
  min_length?: number | null;
  max_length?: number | null;
  minimum?: number | null;
  maximum?: number | null;
}

export interface FormMessage extends Shared {
  type: "form";
  form_id: string;
  title?: string;
  submit?: string;
  fields?: Field[];
}

export interface TypingMessage extends Shared {
  type: "typing";
}

/** A message of a channel's own, or of a newer server: shown only as far as `extra.web` or its text say how. */
export interface OtherMessage extends Shared {
  type: "template" | "raw";
}

export type Message =
  | TextMessage
  | ButtonsMessage
  | MediaMessage
  | FileMessage
  | LocationMessage
  | CardMessage
  | CarouselMessage
  | FormMessage
  | TypingMessage
  | OtherMessage;

export interface Attachment {
  url: string;
  mime?: string;
  name?: string;
  size?: number;
}

export type FormValue = string | number | boolean;

export type VisitorEvent =
  | { type: "message"; body: string; attachments?: Attachment[] }
  | { type: "payload"; payload: string; title?: string }
  | { type: "form"; form_id: string; values: Record<string, FormValue> }
  | { type: "location"; latitude: number; longitude: number; title?: string }
  | { type: "attachment"; attachments: Attachment[] };

interface EntryHead {
  n: number;
  at: number;
  author: string;
}

export interface EntryIn extends EntryHead {
  dir: "in";
  id: string;
  body: VisitorEvent;
}

export interface EntryOut extends EntryHead {
  dir: "out";
  body: Message;
}

export type Entry = EntryIn | EntryOut;

/** The name of the person who writes, or an empty string for the bot and the visitor. */
export function operatorName(author: string): string {
  return author.startsWith("operator:") ? author.slice("operator:".length) : "";
}
