import { describe, expect, test } from "vitest";
import type { ServerFrame } from "../src/protocol/frames";
import { Api } from "../src/transport/http";
import type { LinkEvents } from "../src/transport/link";
import { pollLink } from "../src/transport/poll-link";
import type { SocketLike } from "../src/transport/socket-link";
import { socketLink } from "../src/transport/socket-link";
import type { StreamLike } from "../src/transport/stream-link";
import { streamLink } from "../src/transport/stream-link";
import { FakeClock, response, settle } from "./fakes";

function listener() {
  const heard: string[] = [];
  const frames: ServerFrame[] = [];
  const closed: unknown[] = [];
  const events: LinkEvents = { opened: () => void heard.push("opened"), frame: (frame) => void frames.push(frame), closed: (reason) => void closed.push(reason) };
  return { events, heard, frames, closed };
}

function api(answer: (path: string, init: RequestInit) => [number, object] | Promise<[number, object]>): Api {
  const made = new Api("/web/shop", async (url, init) => {
    const [status, json] = await answer(url.replace("/web/shop", ""), init);
    return response(status, json);
  });
  made.visitor = "v";
  return made;
}

class Socket implements SocketLike {
  onopen: SocketLike["onopen"] = null;
  onmessage: SocketLike["onmessage"] = null;
  onclose: SocketLike["onclose"] = null;
  sent: string[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }
  say(data: unknown): void {
    this.onmessage?.(new MessageEvent("message", { data }));
  }
}

describe("the socket", () => {
  async function open() {
    const clock = new FakeClock();
    const socket = new Socket();
    const urls: string[] = [];
    const seen = listener();
    const link = socketLink(api(() => [200, { ticket: "once" }]), clock, (url) => (urls.push(url), socket))(seen.events);
    await settle();
    return { clock, socket, urls, link, ...seen };
  }

  test("takes a ticket to the socket's address", async () => {
    const { urls } = await open();
    expect(urls[0]).toMatch(/^ws:.*\/web\/shop\/socket\?ticket=once$/);
  });

  test("speaks and hears JSON, and ignores what it does not understand", async () => {
    const { socket, link, heard, frames } = await open();
    socket.onopen?.(new Event("open"));
    link.send({ t: "open", conversation: "c", after: 3 });
    for (const data of ['{"t":"pong"}', "nonsense", '{"t":"novelty"}', '{"t":"entry","n":0}', new Blob()]) socket.say(data);
    expect(heard).toEqual(["opened"]);
    expect(socket.sent).toEqual(['{"t":"open","conversation":"c","after":3}']);
    expect(frames).toEqual([{ t: "pong" }]);
  });

  test("pings, and gives up on a line that answers nothing", async () => {
    const { clock, socket, closed } = await open();
    socket.onopen?.(new Event("open"));
    await clock.pass(50_000);
    expect(socket.sent).toEqual(['{"t":"ping"}', '{"t":"ping"}']);
    await clock.pass(30_000);
    expect(closed).toHaveLength(1);
    expect(socket.closed).toBe(true);
  });

  test("a goodbye says when to come back", async () => {
    const { socket, closed } = await open();
    socket.onopen?.(new Event("open"));
    socket.say('{"t":"bye","code":"shutting-down","retry_after":7}');
    expect(closed).toEqual([{ unknownVisitor: false, retryAfterS: 7 }]);
  });

  test("a handshake that hangs is a failure", async () => {
    const { clock, closed } = await open();
    await clock.pass(10_000);
    expect(closed).toHaveLength(1);
  });

  test("a refused ticket tells of an unknown visitor", async () => {
    const seen = listener();
    socketLink(api(() => [401, { code: "unknown-visitor" }]), new FakeClock(), () => expect.fail("no socket"))(seen.events);
    await settle();
    expect(seen.closed).toEqual([{ unknownVisitor: true, retryAfterS: 0 }]);
  });
});

describe("the event stream", () => {
  test("listens with a ticket of its own and sends by POST", async () => {
    const urls: string[] = [];
    const stream: StreamLike = { onmessage: null, onerror: null, close: () => undefined };
    const seen = listener();
    const posts: string[] = [];
    const answer = (path: string): [number, object] => (path === "/ticket" ? [200, { ticket: "once" }] : (posts.push(path), [200, { n: 4, duplicate: false }]));
    const link = streamLink(api(answer), (url) => (urls.push(url), stream))(seen.events);
    await settle();
    link.send({ t: "open", conversation: "c", after: 3 });
    await settle();
    expect(urls).toEqual(["/web/shop/conversations/c/events?ticket=once&after=3"]);
    stream.onmessage?.(new MessageEvent("message", { data: '{"t":"entry","conversation":"c","n":4,"at":1,"dir":"in","id":"u","author":"user","body":{"type":"message","body":"x"}}' }));
    link.send({ t: "send", conversation: "c", id: "u", event: { type: "message", body: "x" } });
    await settle();
    expect(posts).toEqual(["/conversations/c/messages"]);
    expect(seen.frames.map(({ t }) => t)).toEqual(["entry", "ack"]);
    stream.onerror?.(new Event("error"));
    expect(seen.closed).toHaveLength(1);
  });

  test("a refused message is an error frame, not a broken line", async () => {
    const seen = listener();
    const link = streamLink(api((path) => (path === "/ticket" ? [200, { ticket: "t" }] : [422, { code: "too-long" }])))(seen.events);
    await settle();
    link.send({ t: "send", conversation: "c", id: "u", event: { type: "message", body: "x" } });
    await settle();
    expect(seen.frames).toEqual([{ t: "error", id: "u", code: "too-long", detail: "", retryAfterS: 0 }]);
    expect(seen.closed).toEqual([]);
  });
});

describe("polling", () => {
  test("asks from where it is and holds the next question open", async () => {
    const clock = new FakeClock();
    const asked: string[] = [];
    const entry = { n: 3, at: 1, dir: "out", author: "bot", body: { type: "text", text: "x" } };
    const answer = (path: string): [number, object] => (asked.push(path), [200, { entries: asked.length === 1 ? [entry] : [], last_n: 3, read_n: 1 }]);
    const seen = listener();
    const link = pollLink(api(answer), clock)(seen.events);
    await settle();
    link.send({ t: "open", conversation: "c", after: 2 });
    await settle();
    expect(seen.frames.map(({ t }) => t)).toEqual(["opened", "entry"]);
    expect(asked).toEqual(["/conversations/c/messages?after=2&limit=200&wait=0", "/conversations/c/messages?after=3&limit=200&wait=25"]);
    await clock.pass(1_900);
    expect(asked).toHaveLength(2);
    await clock.pass(200);
    expect(asked).toHaveLength(3);
    link.close();
  });

  test("a server that is gone closes the line", async () => {
    const seen = listener();
    const link = pollLink(new Api("/x", () => Promise.reject(new TypeError("gone"))), new FakeClock())(seen.events);
    await settle();
    link.send({ t: "open", conversation: "c", after: 0 });
    await settle();
    expect(seen.closed).toEqual([{ unknownVisitor: false, retryAfterS: 0 }]);
  });
});
