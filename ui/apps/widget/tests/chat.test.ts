import { beforeEach, describe, expect, test } from "vitest";
import { Chat } from "../src/store/chat";
import { DrawerStore, MemoryDrawer } from "../src/store/storage";
import { Api } from "../src/transport/http";
import { socketLink } from "../src/transport/socket-link";
import type { TabEvents, TabMessage, Tabs } from "../src/transport/tabs";
import { aloneTab } from "../src/transport/tabs";
import type { JoinTabs } from "../src/transport/tabs";
import { FakeClock, FakeServer, settle } from "./fakes";

/** Tabs of one browser: the first that is still there leads. */
class Tabbed {
  private readonly tabs: { events: TabEvents; tab: { leading: boolean } }[] = [];

  readonly join: JoinTabs = (events) => {
    const tab = { leading: false };
    const member = { events, tab };
    this.tabs.push(member);
    const made: Tabs = {
      get leading() {
        return tab.leading;
      },
      post: (message) => this.post(member.events, message),
      close: () => {
        this.tabs.splice(this.tabs.indexOf(member), 1);
        this.elect();
      },
    };
    queueMicrotask(() => this.elect());
    return made;
  };

  private post(from: TabEvents, message: TabMessage): void {
    for (const { events } of this.tabs) if (events !== from) queueMicrotask(() => events.message(structuredClone(message)));
  }

  private elect(): void {
    const first = this.tabs[0];
    if (first === undefined || first.tab.leading) return;
    first.tab.leading = true;
    first.events.leads();
  }
}

describe("the chat", () => {
  let server: FakeServer;
  let clock: FakeClock;
  let drawer: MemoryDrawer;

  beforeEach(() => {
    server = new FakeServer();
    clock = new FakeClock();
    drawer = new MemoryDrawer();
  });

  async function visit(join: JoinTabs = aloneTab): Promise<Chat> {
    const api = new Api("/web/shop", server.fetch);
    const chat = new Chat({ name: "n", botId: "shop", api, store: new DrawerStore(drawer, "n"), clock, join, kinds: [["socket", socketLink(api, clock, server.socket)]], request: {}, online: () => server.reachable });
    void chat.start();
    await settle();
    return chat;
  }
  const said = (chat: Chat) => chat.state.get().entries.map(({ n, body }) => `${n} ${"text" in body ? body.text : "body" in body ? body.body : body.type}`);
  const pending = (chat: Chat) => chat.state.get().items.map(({ event, state }) => `${state} ${event.type === "message" ? event.body : event.type}`);

  test("a visitor who says nothing leaves no trace, on the server or in the browser", async () => {
    const chat = await visit();
    chat.open();
    await settle();
    expect(server.conversations.size).toBe(0);
    expect(drawer.length).toBe(0);
    expect(server.sockets.size).toBe(0);
    expect(chat.state.get().phase).toBe("ready");
  });

  test("the first words make a conversation", async () => {
    const chat = await visit();
    chat.open();
    chat.sendText("  hello ");
    expect(pending(chat)).toEqual(["sending hello"]);
    await settle();
    expect(said(chat)).toEqual(["1 hello"]);
    expect(pending(chat)).toEqual([]);
  });

  test("an empty conversation starts with the start payload, once", async () => {
    server.startPayload = "GET_STARTED";
    const chat = await visit();
    expect(server.conversations.size).toBe(0);
    chat.open();
    await settle();
    chat.close();
    chat.open();
    await settle();
    expect(server.conversations.get("c1")?.entries).toHaveLength(1);
  });

  test("resumes after a break without gaps or doubles", async () => {
    const chat = await visit();
    chat.sendText("hello");
    await settle();
    for (let round = 0; round < 4; round++) {
      server.say("c1", `live ${round}`);
      server.cut();
      server.say("c1", `missed ${round}`);
      await clock.pass(1_000);
    }
    expect(said(chat)).toEqual(["1 hello", ...[0, 1, 2, 3].flatMap((round) => [`${2 * round + 2} live ${round}`, `${2 * round + 3} missed ${round}`])]);
  });

  test("a message whose confirmation was lost is sent again and stored once", async () => {
    const chat = await visit();
    chat.sendText("one");
    await settle();
    server.forgetAcks = 1;
    chat.sendText("two");
    await clock.pass(2_000);
    expect(said(chat)).toEqual(["1 one", "2 two"]);
    expect(pending(chat)).toEqual([]);
  });

  test("what is written offline goes out in order when the server is back", async () => {
    const chat = await visit();
    chat.sendText("hello");
    await settle();
    server.reachable = false;
    server.cut();
    chat.sendText("one");
    chat.sendText("two");
    await clock.pass(30_000);
    expect(pending(chat)).toEqual(["sending one", "sending two"]);
    expect(chat.state.get().disconnected).toBe(true);
    server.reachable = true;
    await clock.pass(40_000);
    expect(said(chat)).toEqual(["1 hello", "2 one", "3 two"]);
    expect(chat.state.get().disconnected).toBe(false);
  });

  test("a short break is not shown", async () => {
    const chat = await visit();
    chat.sendText("hello");
    await settle();
    server.cut();
    await clock.pass(3_000);
    expect(chat.state.get().disconnected).toBe(false);
  });

  test("the first words written offline wait for a visitor and a conversation", async () => {
    server.reachable = false;
    const chat = await visit();
    chat.open();
    chat.sendText("hello");
    await clock.pass(10_000);
    expect(pending(chat)).toEqual(["sending hello"]);
    server.reachable = true;
    await clock.pass(60_000);
    expect(said(chat)).toEqual(["1 hello"]);
  });

  test("the next visit paints from the cache before the server answers, and sends what was left", async () => {
    const first = await visit();
    first.sendText("hello");
    await settle();
    server.say("c1", "hi");
    await clock.pass(1_000);
    server.reachable = false;
    server.cut();
    first.sendText("left behind");
    await settle();
    first.destroy();
    const second = await visit();
    expect(said(second)).toEqual(["1 hello", "2 hi"]);
    expect(pending(second)).toEqual(["sending left behind"]);
    server.reachable = true;
    await clock.pass(60_000);
    expect(said(second)).toEqual(["1 hello", "2 hi", "3 left behind"]);
  });

  test("live messages keep the bot's pace, history does not", async () => {
    const chat = await visit();
    chat.sendText("hello");
    await settle();
    server.say("c1", { type: "text", text: "slowly", typing_ms: 1_000 });
    await settle();
    expect(chat.state.get()).toMatchObject({ revealed: 1, botTyping: true });
    await clock.pass(1_000);
    expect(chat.state.get()).toMatchObject({ revealed: 2, botTyping: false });
    const later = await visit();
    expect(later.state.get().revealed).toBe(2);
  });

  test("counts what was not read, and what was seen no more", async () => {
    const chat = await visit();
    chat.open();
    chat.sendText("hello");
    await settle();
    chat.close();
    server.say("c1", "one");
    server.say("c1", "two");
    await settle();
    expect(chat.state.get().unread).toBe(2);
    chat.open();
    chat.seen();
    expect(chat.state.get().unread).toBe(0);
  });

  test("an unknown visitor becomes a new one and loses no words", async () => {
    const chat = await visit();
    chat.sendText("hello");
    await settle();
    server.knownVisitors.clear();
    server.cut();
    await clock.pass(2_000);
    expect(chat.state.get().current).toBe("");
    chat.sendText("again");
    await clock.pass(2_000);
    expect(server.conversations.get("c2")?.entries).toHaveLength(1);
  });

  test("all tabs show everything over one socket, and the next one takes over", async () => {
    const { join } = new Tabbed();
    const first = await visit(join);
    first.sendText("hello");
    await settle();
    const second = await visit(join);
    expect(said(second)).toEqual(["1 hello"]);
    second.sendText("from the second");
    await settle();
    server.say("c1", "to all");
    await settle();
    expect(said(first)).toEqual(["1 hello", "2 from the second", "3 to all"]);
    expect(said(second)).toEqual(said(first));
    expect(server.sockets.size).toBe(1);
    first.destroy();
    await settle();
    second.sendText("alone");
    await settle();
    expect(said(second).at(-1)).toBe("4 alone");
    expect(server.sockets.size).toBe(1);
  });

  test("a reset forgets the visitor in all tabs", async () => {
    const { join } = new Tabbed();
    const first = await visit(join);
    first.sendText("hello");
    await settle();
    const second = await visit(join);
    await first.reset();
    await settle();
    expect([said(first), said(second)]).toEqual([[], []]);
    expect(drawer.getItem("n/visitor")).toBeNull();
  });

  test("an ended conversation is not resumed but stays in the list", async () => {
    const chat = await visit();
    chat.sendText("hello");
    await settle();
    await chat.end();
    expect(server.ended).toEqual(["c1"]);
    const later = await visit();
    expect(later.state.get().current).toBe("");
    expect(later.state.get().conversations.map(({ id }) => id)).toEqual(["c1"]);
    await later.openConversation("c1");
    await settle();
    expect(said(later)).toEqual(["1 hello"]);
  });

  test("changing the language keeps the conversation that is open", async () => {
    const chat = await visit();
    chat.sendText("first");
    await settle();
    chat.newConversation();
    chat.sendText("second");
    await settle();
    await chat.openConversation("c1");
    chat.change({ locale: "de" });
    await settle();
    expect(chat.state.get().current).toBe("c1");
  });
});
