/** A bot that knows every message type: what it answers to which words. For development and for the screenshots. */

const PICTURE = "/dev/picture.svg";

export const START = [
  { type: "text", text: "**Hello!** I am the pizza bot. I can show every kind of message." },
  {
    type: "choices",
    text: "What would you like to see?",
    quick_replies: [
      { title: "Order a pizza", payload: "CAROUSEL" },
      { title: "Fill in a form", payload: "FORM" },
      { title: "Everything", payload: "ALL" },
    ],
    typing_ms: 300,
  },
];

const TEXT = {
  type: "text",
  text: [
    "Some **bold**, *italic*, `code` and [a link](https://example.com). Write to mailto:pizza@example.com or https://example.com/menu.",
    "",
    "- thin crust",
    "- thick crust with **cheese**",
    "",
    "1. choose",
    "2. eat",
    "",
    "```",
    "def pizza(size):",
    "    return \"margherita\" * size",
    "```",
    "<b onclick=alert(1)>not bold</b> [bad](javascript:alert(1))",
  ].join("\n"),
};

const BUTTONS = {
  type: "buttons",
  text: "What shall we do with order **#1042**?",
  buttons: [
    { title: "Track it", value: "TRACK" },
    { title: "Say hello", kind: "say", value: "hello" },
    { title: "Our site", kind: "link", value: "https://example.com" },
    { title: "Call us", kind: "call", value: "+49 30 1234567" },
    { title: "Copy the code", kind: "copy", value: "PIZZA-42" },
  ],
};

const card = (title, subtitle, price) => ({ title, subtitle, image: PICTURE, alt: `A pizza ${title}`, buttons: [{ title: `Order for ${price}`, value: `ORDER ${title}` }, { title: "What is in it?", kind: "say", value: `What is in ${title}?` }] });

const CARDS = [card("Margherita", "Tomato, mozzarella, basil", "8 €"), card("Funghi", "With champignons", "9 €"), card("Quattro stagioni", "Four seasons on one very round and very large plate", "11 €"), card("Calzone", "Folded", "10 €")];

const FORM = {
  type: "form",
  form_id: "delivery",
  title: "Where shall we bring it?",
  submit: "Order now",
  fields: [
    { name: "name", label: "Your name", min_length: 2 },
    { name: "email", label: "E-mail", kind: "email", placeholder: "you@example.com" },
    { name: "phone", label: "Telephone", kind: "phone", required: false },
    { name: "size", label: "Size", kind: "select", options: [{ title: "Small", payload: "S" }, { title: "Large", payload: "L" }] },
    { name: "count", label: "How many", kind: "number", minimum: 1, maximum: 10 },
    { name: "day", label: "Day", kind: "date", required: false },
    { name: "time", label: "Time", kind: "time", required: false },
    { name: "note", label: "Note", kind: "textarea", required: false, max_length: 200 },
    { name: "pin", label: "Discount PIN", kind: "password", required: false },
    { name: "terms", label: "I accept the terms", kind: "checkbox" },
  ],
};

const MEDIA = [
  { type: "image", url: PICTURE, alt: "A pizza with tomatoes", caption: "Fresh from the oven" },
  { type: "audio", url: "/dev/sound.wav", alt: "A bell rings twice." },
  { type: "video", url: "/dev/film.webm", alt: "A pizza turns in the oven." },
  { type: "file", url: "/dev/menu.txt", name: "menu.txt", mime: "text/plain", size: 20480 },
  { type: "location", latitude: 52.520008, longitude: 13.404954, title: "Pizzeria Roma", address: "Alexanderplatz 1, Berlin" },
];

const LIST = { type: "carousel", layout: "list", cards: CARDS.slice(0, 3) };
const CAROUSEL = { type: "carousel", cards: CARDS };
const CARD = { type: "card", ...CARDS[0] };
const UNKNOWN = [{ type: "hologram", text: "A message of a newer server" }, { type: "raw", channel: "other", body: {} }, { type: "typing", typing_ms: 200 }];
const STYLED = { type: "text", text: "A notice by `extra.web`", extra: { web: { style: "notice" } } };

const ARABIC = [
  { type: "text", text: "مرحباً! أنا روبوت **البيتزا**. اكتب لي hello@example.com أو اضغط على أحد الأزرار.", locale: "ar" },
  { type: "choices", text: "ماذا تريد أن تطلب؟", locale: "ar", quick_replies: [{ title: "مارغريتا" }, { title: "فطر" }, { title: "Calzone" }] },
];

/** What the bot says to an event, as messages. */
export function answer(event) {
  const said = (event.payload ?? event.body ?? "").trim();
  if (event.type === "form") return [{ type: "text", text: `Thank you, **${event.values.name}**. ${event.values.count} × ${event.values.size} is on its way.` }];
  if (event.type === "attachment") return [{ type: "text", text: `Got **${event.attachments[0]?.name}**, thank you.` }];
  switch (said.toLowerCase()) {
    case "get_started":
      return START;
    case "carousel":
    case "pizza":
      return [{ type: "text", text: "Here is the menu." }, CAROUSEL];
    case "list":
      return [LIST];
    case "card":
      return [CARD];
    case "form":
      return [FORM];
    case "text":
      return [TEXT];
    case "buttons":
      return [BUTTONS];
    case "media":
      return MEDIA;
    case "arabic":
      return ARABIC;
    case "slow":
      return [{ type: "text", text: "First…", typing_ms: 600 }, { type: "text", text: "…second…", wait_ms: 500, typing_ms: 800 }, { type: "text", text: "…third.", typing_ms: 500 }];
    case "human":
      return [{ type: "text", text: "Hi, this is Amir. How can I help?", author: "operator:Amir" }];
    case "odd":
      return [...UNKNOWN, STYLED];
    case "all":
      return [TEXT, BUTTONS, CARD, CAROUSEL, LIST, ...MEDIA, ...UNKNOWN, STYLED, FORM, { ...START[1], typing_ms: 0 }];
    case "silence":
      return [];
    default:
      return [{ type: "text", text: `You said: ${said}` }];
  }
}
