/** Messages of the API as the web chat draws them: pictures of other servers are not asked for while somebody edits. */
import type { Message as Drawn } from "../../../../../widget/src/protocol/messages";
import type { Message } from "../types";
import away from "./away.svg?url";

/** The address to draw: that of this server, else a stand-in. */
function drawable(url: string, from: string, stand: string = away): string {
  try {
    const found = new URL(url, from);
    return found.origin === new URL(from).origin ? found.href : new URL(stand, from).href;
  } catch {
    return url;
  }
}

/** The messages with every address made drawable. */
export function drawn(messages: readonly Message[], media: (name: string) => string, from: string): Drawn[] {
  const address = (value: unknown) => (typeof value === "string" && value !== "" ? drawable(/^([a-z][a-z0-9+.-]*:|\/)/i.test(value) ? value : media(value), from) : value);
  const card = (one: unknown): unknown => (one !== null && typeof one === "object" && "image" in one ? { ...one, image: address(one.image) } : one);
  return messages.map((message) => {
    const { type } = message;
    if (type === "image" || type === "audio" || type === "video") return { ...message, url: address(message.url) };
    if (type === "card") return card(message);
    if (type === "carousel" && Array.isArray(message.cards)) return { ...message, cards: message.cards.map(card) };
    return message;
  }) as unknown as Drawn[];
}

/** The kind of message, for a label. */
export function kindWord(message: Message): string {
  return typeof message.text === "string" ? message.text.slice(0, 40) : message.type;
}
