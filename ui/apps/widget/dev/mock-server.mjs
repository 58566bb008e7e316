/**
 * Speaks the protocol of the web chat from memory, for development: `node dev/mock-server.mjs [port]`.
 * A second port (one higher) serves pages of a foreign site that embeds the chat. `POST /dev/…` breaks things on purpose.
 */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { WebSocketServer } from "ws";
import { film, picture, site, sound } from "./fixtures.mjs";
import { Memory } from "./store.mjs";

const PORT = Number(process.argv[2] ?? 4173);
const DIST = join(import.meta.dirname, "../dist");
const TYPES = { ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".html": "text/html", ".map": "application/json" };
const CSP = `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors http://localhost:${PORT} http://localhost:${PORT + 1}`;

const memory = new Memory();
const switches = { sockets: true, streams: true, down: false, swallow: false, config: {}, bot: {} };
const sockets = new Set();

const server = createServer((request, response) => {
  handle(request, response).catch((error) => send(response, error.status ?? 500, { title: String(error), code: error.code ?? "internal", status: error.status ?? 500 }));
});

async function handle(request, response) {
  const url = new URL(request.url, "http://localhost");
  const path = url.pathname;
  if (path.startsWith("/dev/")) return dev(request, response, url);
  if (switches.down) return request.socket.destroy();
  if (path === "/w.js") return file(response, "w.js");
  if (path.startsWith("/web/assets/")) return file(response, path.slice("/web/assets/".length));
  if (path === "/" || /^\/web\/\w+\/page$/.test(path)) return page(response, path.split("/")[2] ?? "shop");
  if (path === "/inline") return html(response, site(PORT, url.searchParams, "inline"), CSP);
  const [, , bot, ...rest] = path.split("/");
  if (path.startsWith("/web/") && bot === "shop") return api(request, response, url, `/${rest.join("/")}`);
  send(response, 404, { title: "Not found", code: "unknown-bot", status: 404 });
}

async function api(request, response, url, path) {
  const call = `${request.method} ${path}`;
  const bytes = await body(request);
  if (call === "POST /session") return send(response, 200, session(JSON.parse(bytes.toString() || "{}")));
  const stream = /^GET \/conversations\/([^/]+)\/events$/.exec(call);
  if (stream) return events(response, url, stream[1]);
  const blob = /^GET \/files\/([^/]+)$/.exec(call);
  if (blob) return download(response, blob[1]);
  const visitor = memory.visitor(/^Visitor (.*)$/.exec(request.headers.authorization ?? "")?.[1]);
  if (visitor === null) fail(401, "unknown-visitor");
  if (call === "POST /ticket") return send(response, 200, { ticket: memory.ticket(visitor), expires_s: 30 });
  if (call === "GET /conversations") return send(response, 200, { conversations: memory.of(visitor).map((one) => memory.summary(one)) });
  if (call === "POST /conversations") return send(response, 200, { id: memory.create(visitor).id, last_n: 0, read_n: 0 });
  const [, id, what] = /^\w+ \/conversations\/([^/]+)\/(\w+)$/.exec(call) ?? [];
  const conversation = memory.find(visitor, id) ?? fail(404, "unknown-conversation");
  if (what === "messages" && request.method === "GET") return history(response, url, conversation);
  if (what === "messages") return posted(response, conversation, JSON.parse(bytes.toString()));
  if (what === "files") return upload(request, response, url, conversation, bytes);
  if (what === "read") conversation.readN = Math.max(conversation.readN, JSON.parse(bytes.toString()).n);
  return send(response, 200, {});
}

function session({ visitor: token }) {
  const visitor = memory.visitor(token) ?? memory.newVisitor();
  const conversations = memory.of(visitor).map((one) => memory.summary(one));
  return {
    visitor,
    expires_s: 31_536_000,
    ticket: memory.ticket(visitor),
    bot: { id: "shop", name: "Pizza bot", avatar: "", description: "Orders pizza, day and night.", ...switches.bot },
    config: { start_payload: "GET_STARTED", theme: "calm", accent: "#0b6e7f", position: "end", markdown: true, uploads: true, sound: false, launcher: "", teaser: "Hungry? Ask me for a pizza.", locales: ["en", "fr", "de", "es", "ar", "fa"], ...switches.config },
    conversations,
    conversation: conversations[0]?.id ?? null,
    limits: { text: 8000, file_bytes: 5 * 1024 * 1024, file_types: ["image/*", "application/pdf", "text/plain"], rate: { messages: 10, seconds: 10 } },
  };
}

async function history(response, url, conversation) {
  const number = (name, otherwise) => Number(url.searchParams.get(name) ?? otherwise);
  const find = () => conversation.entries.filter((entry) => entry.n > number("after", 0)).slice(0, number("limit", 200));
  for (const until = Date.now() + number("wait", 0) * 1000; Date.now() < until && find().length === 0; ) await new Promise((done) => setTimeout(done, 50));
  send(response, 200, { entries: find(), last_n: conversation.entries.length, read_n: conversation.readN });
}

function posted(response, conversation, { id, event }) {
  if ((event.body ?? "").length > 8000) fail(422, "too-long");
  if (event.body === "refuse me") fail(422, "blocked");
  send(response, 200, memory.receive(conversation, id, event));
}

function upload(request, response, url, conversation, bytes) {
  if (bytes.length > 5 * 1024 * 1024) fail(413, "too-large");
  const blob = createHash("sha256").update(bytes).digest("hex").slice(0, 24);
  const mime = request.headers["content-type"];
  memory.files.set(blob, { bytes, mime });
  const attachment = { url: `/web/shop/files/${blob}?key=k`, mime, name: url.searchParams.get("name"), size: bytes.length };
  const result = memory.receive(conversation, url.searchParams.get("id"), { type: "attachment", attachments: [attachment] });
  send(response, 200, { ...result, attachment });
}

function download(response, blob) {
  const found = memory.files.get(blob) ?? fail(404, "unknown-file");
  response.writeHead(200, { "Content-Type": found.mime, "Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff" }).end(found.bytes);
}

function events(response, url, id) {
  if (!switches.streams) fail(503, "no-streams");
  const conversation = memory.find(memory.redeem(url.searchParams.get("ticket")), id) ?? fail(401, "bad-ticket");
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  const tell = (frame) => response.write(`${frame.n ? `id: ${frame.n}\n` : ""}data: ${JSON.stringify(frame)}\n\n`);
  const stop = subscribe(conversation, Number(url.searchParams.get("after")), tell);
  sockets.add(response);
  response.on("close", () => { stop(); sockets.delete(response); });
}

function subscribe(conversation, after, tell) {
  tell({ t: "opened", conversation: conversation.id, last_n: conversation.entries.length, read_n: conversation.readN });
  for (const entry of conversation.entries.slice(after)) tell({ t: "entry", conversation: conversation.id, ...entry });
  const listener = { conversation: conversation.id, tell };
  memory.listeners.add(listener);
  return () => memory.listeners.delete(listener);
}

const upgrade = new WebSocketServer({ noServer: true, maxPayload: 65_536 });
server.on("upgrade", (request, socket, head) => {
  const url = new URL(request.url, "http://localhost");
  const visitor = memory.redeem(url.searchParams.get("ticket"));
  if (!switches.sockets || switches.down || visitor === null || !url.pathname.endsWith("/socket")) return socket.destroy();
  upgrade.handleUpgrade(request, socket, head, (line) => talk(line, visitor));
});

function talk(line, visitor) {
  const stops = new Map();
  const tell = (frame) => line.send(JSON.stringify(frame));
  sockets.add(line);
  line.on("close", () => {
    sockets.delete(line);
    for (const stop of stops.values()) stop();
  });
  line.on("message", (data) => {
    const frame = JSON.parse(data.toString());
    if (frame.t === "ping") return tell({ t: "pong" });
    if (switches.swallow) return undefined;
    const conversation = memory.find(visitor, frame.conversation);
    if (conversation === null) return tell({ t: "error", id: frame.id, code: "unknown-conversation", detail: "" });
    if (frame.t === "open") {
      stops.get(conversation.id)?.();
      stops.set(conversation.id, subscribe(conversation, frame.after, tell));
    }
    if (frame.t === "send" && frame.event.body === "refuse me") tell({ t: "error", id: frame.id, code: "blocked", detail: "Not this." });
    else if (frame.t === "send") tell({ t: "ack", id: frame.id, ...memory.receive(conversation, frame.id, frame.event) });
    if (frame.t === "read") conversation.readN = Math.max(conversation.readN, frame.n);
    return undefined;
  });
}

async function dev(request, response, url) {
  const name = url.pathname.slice("/dev/".length);
  const fixtures = { "picture.svg": ["image/svg+xml", picture], "sound.wav": ["audio/wav", sound], "film.webm": ["video/webm", film], "menu.txt": ["text/plain", Buffer.from("Margherita 8\n")] };
  if (fixtures[name]) return response.writeHead(200, { "Content-Type": fixtures[name][0] }).end(fixtures[name][1]);
  const newest = [...memory.conversations.values()].sort((a, b) => b.updated - a.updated)[0];
  if (name === "switch") Object.assign(switches, JSON.parse((await body(request)).toString()));
  if (name === "drop" || switches.down) for (const line of sockets) (line.terminate ?? line.destroy).call(line);
  if (name === "bye") for (const line of sockets) line.send?.(JSON.stringify({ t: "bye", code: "shutting-down", detail: "", retry_after: 1 }));
  if (name === "say" && newest) for (const message of JSON.parse((await body(request)).toString())) memory.say(newest, message);
  if (name === "forget") for (const one of memory.conversations.values()) memory.forget(one.visitor);
  const entries = newest?.entries ?? [];
  return send(response, 200, { sockets: sockets.size, entries, conversations: memory.conversations.size });
}

async function page(response, bot) {
  const text = await readFile(join(DIST, "chat.html"), "utf8");
  html(response, text.replaceAll("__BOT__", bot).replaceAll("__BASE__", "").replaceAll("__LOCALE__", "en").replaceAll("__NONCE__", "n"), CSP);
}

async function file(response, name) {
  const bytes = await readFile(join(DIST, name.replaceAll("..", ""))).catch(() => fail(404, "unknown-file"));
  response.writeHead(200, { "Content-Type": TYPES[extname(name)] ?? "text/plain", "Cache-Control": "no-cache" }).end(bytes);
}

function html(response, text, csp) {
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", ...(csp ? { "Content-Security-Policy": csp } : {}) }).end(text);
}

function send(response, status, json) {
  if (!response.headersSent) response.writeHead(status, { "Content-Type": status < 400 ? "application/json" : "application/problem+json", "Cache-Control": "no-store" }).end(JSON.stringify(json));
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

function fail(status, code) {
  throw Object.assign(new Error(code), { status, code });
}

server.listen(PORT, () => console.log(`The chat: http://localhost:${PORT}   a foreign site: http://localhost:${PORT + 1}`));

const foreign = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  const policy = `default-src 'self'; script-src http://localhost:${PORT} 'self'; frame-src http://localhost:${PORT}; style-src 'self'`;
  html(response, site(PORT, searchParams, pathname === "/inline" ? "inline" : "embed"), policy);
});
foreign.listen(PORT + 1);
process.on("SIGTERM", () => process.exit(0));
