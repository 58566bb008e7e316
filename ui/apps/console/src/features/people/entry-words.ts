/** What an entry of a thread says, in plain text: for people who read along. Nothing of it is ever markup. */
type Body = Record<string, unknown>;

export type Said = {
  text: string;
  /** What could be tapped. */
  choices: string[];
  /** A picture, a file: what it is and where. */
  media: { kind: string; name: string; url: string } | null;
};

/** The words of an event or a message; empty where there are none. */
export function wordsOf(body: Body): Said {
  const said: Said = { text: textOf(body), choices: choicesOf(body), media: null };
  const kind = string(body.type);
  if (["image", "audio", "video", "file"].includes(kind)) {
    said.media = { kind, name: string(body.alt) || string(body.name) || string(body.url), url: string(body.url) };
    said.text = string(body.caption);
  }
  return said;
}

const START = "GET_STARTED";

/** Whether somebody only came in: by what the chat sends when it opens, or a button that says as much. Nobody wrote that. */
export function isStart(body: Body, n = 0): boolean {
  return body.type === "payload" && string(body.title) === "" && (n === 1 || body.payload === START);
}

/** What a conversation is called; empty where the person has said nothing yet. */
export function calledBy(title: string): string {
  return title === START ? "" : title;
}

function textOf(body: Body): string {
  switch (body.type) {
    case "message":
      return string(body.body);
    case "payload":
      return string(body.title) || string(body.payload);
    case "form":
      return "values" in body ? pairs(body.values) : string(body.title);
    case "location":
      return string(body.title) || `${String(body.latitude)}, ${String(body.longitude)}`;
    case "reaction":
      return string(body.emoji);
    case "card":
      return [string(body.title), string(body.subtitle)].filter(Boolean).join("\n");
    case "carousel":
      return list(body.cards)
        .map((card) => string(card.title))
        .join("\n");
    case "custom":
    case "timer":
    case "template":
      return string(body.name);
    case "attachment":
      return list(body.attachments)
        .map((one) => string(one.name) || string(one.url))
        .join("\n");
    default:
      return string(body.text);
  }
}

function choicesOf(body: Body): string[] {
  return [...list(body.quick_replies), ...list(body.buttons)].map((one) => string(one.title)).filter(Boolean);
}

function pairs(values: unknown): string {
  const known = values !== null && typeof values === "object" ? Object.entries(values) : [];
  return known.map(([name, value]) => `${name}: ${string(value) || JSON.stringify(value)}`).join("\n");
}

function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function list(value: unknown): Body[] {
  return Array.isArray(value) ? (value as Body[]) : [];
}
