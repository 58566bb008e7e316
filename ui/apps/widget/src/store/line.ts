/**
 * The one line that all tabs share: the leading tab holds the connection and delivers the outbox, the others speak through it.
 * Knows no thread and no screen.
 */

import type { ClientFrame, ServerFrame } from "../protocol/frames";
import type { Clock } from "../transport/clock";
import type { LinkState } from "../transport/connection";
import { Connection } from "../transport/connection";
import type { LinkKind, OpenLink } from "../transport/link";
import type { OutboxItem } from "../transport/outbox";
import { Outbox } from "../transport/outbox";
import type { JoinTabs, TabMessage, Tabs } from "../transport/tabs";
import { Delivery } from "./delivery";
import type { Store } from "./storage";

export interface LineEvents {
  frame(frame: ServerFrame): void;
  state(state: LinkState): void;
  itemsChanged(): void;
  unknownVisitor(): void;
  /** Another tab made a conversation, or forgot everything. */
  conversationMade(id: string): void;
  wasReset(): void;
  /** What this tab shows, and its last entry; null when it shows no conversation. */
  position(): { conversation: string; after: number } | null;
}

export interface LineParts {
  kinds: readonly (readonly [LinkKind, OpenLink])[];
  join: JoinTabs;
  clock: Clock;
  store: Store;
  online?: () => boolean;
}

export class Line {
  readonly outbox = new Outbox();
  private readonly connection: Connection;
  private readonly delivery: Delivery;
  private readonly store: Store;
  private tabs: Tabs | null = null;
  private state: LinkState = "idle";

  constructor(
    private readonly events: LineEvents,
    private readonly parts: LineParts,
  ) {
    const { kinds, clock, online } = parts;
    this.store = parts.store;
    const listener = {
      state: (state: LinkState) => this.lineIs(state),
      frame: (frame: ServerFrame) => this.fromServer(frame),
      unknownVisitor: () => events.unknownVisitor(),
    };
    this.connection = new Connection(kinds, listener, clock, online);
    const port = {
      send: (frame: ClientFrame) => this.connection.send(frame),
      renew: () => this.connection.renew(),
      changed: (item: OutboxItem) => this.publish(item),
    };
    this.delivery = new Delivery(this.outbox, port, clock);
  }

  /** Takes up what earlier visits left unsent and joins the other tabs. */
  async start(): Promise<void> {
    for (const item of (await this.store.all("outbox:")) as OutboxItem[]) this.outbox.put(item);
    this.tabs = this.parts.join({ message: (message) => this.fromTab(message), leads: () => this.lead() });
    this.tabs.post({ kind: "hello" });
    if (!this.tabs.leading) this.followAgain();
    this.events.itemsChanged();
  }

  follow(conversation: string, after: number): void {
    if (this.leads) {
      this.connection.follow(conversation, after);
      this.delivery.pump();
    } else this.tabs?.post({ kind: "follow", conversation, after });
  }

  /** Sends what need not arrive: read positions and typing. */
  tell(frame: ClientFrame): void {
    if (this.leads) this.connection.send(frame);
    else this.tabs?.post({ kind: "client", frame });
  }

  /** Puts an item into the outbox; from here on it is sent until it arrives. */
  submit(item: OutboxItem): void {
    this.publish(item);
    if (this.leads) this.delivery.pump();
  }

  retry(id: string): void {
    const item = this.outbox.retry(id);
    if (item !== undefined) this.submit(item);
  }

  discard(id: string): void {
    this.drop(id);
    this.tabs?.post({ kind: "gone", id });
  }

  /** The entry of this item is in the thread. */
  arrived(id: string): void {
    if (this.outbox.get(id) !== undefined) this.drop(id);
  }

  /** Items written before there was a conversation now belong to this one. */
  adopt(conversation: string): void {
    for (const item of this.outbox.adopt(conversation)) this.publish(item);
    this.tabs?.post({ kind: "conversation", id: conversation });
    if (this.leads) this.delivery.pump();
  }

  nudge(): void {
    this.connection.nudge();
  }

  /** A new visitor: nothing that was followed or queued is theirs. */
  reset(tellOthers: boolean): void {
    this.connection.stop();
    this.delivery.lineLost();
    this.outbox.clear();
    if (tellOthers) this.tabs?.post({ kind: "reset" });
    this.events.itemsChanged();
  }

  /** Drops the line only; it comes back with the next `follow`. */
  pause(): void {
    this.connection.stop();
    this.delivery.lineLost();
  }

  close(): void {
    this.pause();
    this.tabs?.close();
  }

  private get leads(): boolean {
    return this.tabs?.leading ?? false;
  }

  private lead(): void {
    queueMicrotask(() => {
      this.tabs?.post({ kind: "leader" });
      this.followAgain();
    });
  }

  private followAgain(): void {
    const position = this.events.position();
    if (position !== null) this.follow(position.conversation, position.after);
  }

  private lineIs(state: LinkState): void {
    if (state !== "open") this.delivery.lineLost();
    this.state = state;
    this.tabs?.post({ kind: "link", state });
    this.events.state(state);
    if (state === "open") this.delivery.pump();
  }

  private fromServer(frame: ServerFrame): void {
    if (frame.t === "ack") this.delivery.acknowledged(frame.id);
    if (frame.t === "error" && frame.id !== "") this.delivery.refused(frame.id, frame.code, frame.retryAfterS);
    this.tabs?.post({ kind: "frame", frame });
    this.events.frame(frame);
  }

  private fromTab(message: TabMessage): void {
    switch (message.kind) {
      case "frame":
        return this.events.frame(message.frame);
      case "link":
        return this.leads ? undefined : this.events.state(message.state);
      case "leader":
        return this.leads ? undefined : this.followAgain();
      case "hello":
        return this.leads ? this.tabs?.post({ kind: "link", state: this.state }) : undefined;
      case "follow":
        return this.leads ? this.follow(message.conversation, message.after) : undefined;
      case "client":
        return this.leads ? this.tell(message.frame) : undefined;
      case "item":
        return this.itemFromTab(message.item);
      case "gone":
        return this.drop(message.id);
      case "conversation":
        return this.events.conversationMade(message.id);
      case "reset":
        this.reset(false);
        return this.events.wasReset();
    }
  }

  private itemFromTab(item: OutboxItem): void {
    this.outbox.put(item);
    this.events.itemsChanged();
    if (this.leads) this.delivery.pump();
  }

  private publish(item: OutboxItem): void {
    this.outbox.put(item);
    if (item.state === "sent" || item.secret) void this.store.remove(`outbox:${item.id}`);
    else void this.store.set(`outbox:${item.id}`, item);
    this.tabs?.post({ kind: "item", item });
    this.events.itemsChanged();
  }

  private drop(id: string): void {
    this.outbox.remove(id);
    void this.store.remove(`outbox:${id}`);
    this.events.itemsChanged();
    if (this.leads) this.delivery.pump();
  }
}
