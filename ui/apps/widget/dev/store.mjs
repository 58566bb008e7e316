/** The mock server's memory: visitors, conversations, entries with gap-free positions, and who listens. */

import { randomUUID } from "node:crypto";
import { answer } from "./scripted-bot.mjs";

export class Memory {
  tickets = new Map();
  conversations = new Map();
  files = new Map();
  listeners = new Set();

  visitor(token) {
    return /^v-[0-9a-f-]{36}$/.test(token ?? "") && !this.forgotten?.has(token) ? token : null;
  }

  newVisitor() {
    return `v-${randomUUID()}`;
  }

  forget(token) {
    this.forgotten = (this.forgotten ?? new Set()).add(token);
  }

  ticket(visitor) {
    const ticket = randomUUID();
    this.tickets.set(ticket, { visitor, until: Date.now() + 30_000 });
    return ticket;
  }

  redeem(ticket) {
    const found = this.tickets.get(ticket);
    this.tickets.delete(ticket);
    return found !== undefined && found.until > Date.now() ? found.visitor : null;
  }

  create(visitor) {
    const conversation = { id: randomUUID(), visitor, entries: [], readN: 0, title: "", updated: Date.now(), turn: Promise.resolve() };
    this.conversations.set(conversation.id, conversation);
    return conversation;
  }

  find(visitor, id) {
    const found = this.conversations.get(id);
    return found?.visitor === visitor ? found : null;
  }

  of(visitor) {
    return [...this.conversations.values()].filter((one) => one.visitor === visitor).sort((a, b) => b.updated - a.updated);
  }

  summary({ id, title, entries, readN, updated }) {
    return { id, title, last_n: entries.length, read_n: readN, updated_ms: updated };
  }

  add(conversation, entry) {
    const full = { n: conversation.entries.length + 1, at: Date.now(), ...entry };
    conversation.entries.push(full);
    conversation.updated = full.at;
    if (full.dir === "in" && conversation.title === "") conversation.title = full.body.body ?? full.body.title ?? "";
    this.tell(conversation, { t: "entry", conversation: conversation.id, ...full });
    return full;
  }

  receive(conversation, id, event) {
    const known = conversation.entries.find((entry) => entry.id === id);
    if (known !== undefined) return { n: known.n, duplicate: true };
    const { n } = this.add(conversation, { dir: "in", id, author: "user", body: event });
    conversation.turn = conversation.turn.then(() => this.turn(conversation, event));
    return { n, duplicate: false };
  }

  say(conversation, { author = "bot", ...body }) {
    this.add(conversation, { dir: "out", author, body });
  }

  tell(conversation, frame) {
    for (const listener of this.listeners) if (listener.conversation === conversation.id) listener.tell(frame);
  }

  async turn(conversation, event) {
    this.tell(conversation, { t: "typing", conversation: conversation.id, on: true });
    await new Promise((done) => setTimeout(done, 120));
    this.tell(conversation, { t: "typing", conversation: conversation.id, on: false });
    for (const message of answer(event)) this.say(conversation, message);
  }
}
