/** The shown conversation: its entries as they arrive, at the bot's pace, what was read of it, and its copy in the cache. */

import type { ServerFrame } from "../protocol/frames";
import { asEntry } from "../protocol/frames";
import type { Entry, EntryOut } from "../protocol/messages";
import type { Clock } from "../transport/clock";
import type { Api } from "../transport/http";
import type { Observable } from "./observable";
import { Pacer } from "./pacer";
import { withoutSecrets } from "./secrets";
import type { ChatState } from "./state";
import type { Store } from "./storage";
import { Thread } from "./thread";

export interface ReadingPort {
  follow(conversation: string, after: number): void;
  read(conversation: string, n: number): void;
  /** A live message of the bot is on the screen; `more` of the turn wait for their pace. */
  shown(entry: Entry, more: boolean): void;
}

interface ReadingParts {
  api: Api;
  store: Store;
  clock: Clock;
}

const PAGE = 50;
const CACHED = 200;
const SAVE_MS = 400;
/** The server may forget to say that the bot stopped typing. */
const TYPING_MS = 30_000;
const GAP_MS = 1_000;

export class Reading {
  private thread: Thread | null = null;
  /** Entries after this position are live: the bot's pace applies. */
  private liveAfter = 0;
  private readonly pacer: Pacer;
  private pacing = false;
  private serverTyping = false;
  private cancelTyping: () => void = () => undefined;
  private cancelSave: (() => void) | null = null;
  private gapAskedAt = 0;

  constructor(
    private readonly state: Observable<ChatState>,
    private readonly parts: ReadingParts,
    private readonly port: ReadingPort,
  ) {
    const events = { show: (entry: EntryOut) => this.reveal(entry), typing: (on: boolean) => this.paced(on) };
    this.pacer = new Pacer(events, parts.clock);
  }

  position(): { conversation: string; after: number } | null {
    return this.thread && { conversation: this.thread.conversation, after: this.thread.last };
  }

  /** Shows a conversation from the cache and from there on from the server. */
  async showStored(conversation: string): Promise<void> {
    const stored = await this.parts.store.get(`thread:${conversation}`);
    const entries = (Array.isArray(stored) ? stored : []).map(asEntry).filter((entry) => entry !== null);
    const summary = this.state.get().conversations.find(({ id }) => id === conversation);
    const lastN = summary?.last_n ?? 0;
    const outdated = entries.length === 0 || lastN - (entries.at(-1)?.n ?? 0) > CACHED;
    const thread = outdated ? new Thread(conversation, Math.max(0, lastN - PAGE)) : Thread.restore(conversation, entries);
    this.show(thread, summary?.read_n ?? 0);
  }

  /** Shows this thread; null: an empty draft. */
  show(thread: Thread | null, readN = 0): void {
    this.pacer.clear();
    this.stopTyping();
    this.thread = thread;
    this.liveAfter = thread?.last ?? 0;
    this.state.patch({ current: thread?.conversation ?? "", uploads: [], readN, unreadFrom: 0, loadingEarlier: false });
    this.publish(this.liveAfter);
    if (this.state.get().open) this.markUnread();
    if (thread !== null) this.port.follow(thread.conversation, thread.last);
  }

  hear(frame: ServerFrame): void {
    switch (frame.t) {
      case "opened":
        if (this.isShown(frame.conversation)) this.opening(frame.last_n, frame.read_n);
        break;
      case "entry":
        if (this.isShown(frame.conversation)) this.take(frame.entry);
        else this.elsewhere(frame.conversation, frame.entry);
        break;
      case "typing":
        if (this.isShown(frame.conversation)) this.typing(frame.on);
    }
  }

  /** The visitor said something: what the bot still had in store is shown before it. */
  visitorWent(): void {
    this.pacer.flush();
    this.state.patch({ unreadFrom: 0 });
  }

  opened(): void {
    this.state.patch({ open: true });
    this.markUnread();
  }

  closed(): void {
    this.pacer.flush();
    this.state.patch({ open: false, unreadFrom: 0 });
  }

  /** The newest shown entry was seen. */
  seen(): void {
    const { open, revealed, readN, current, conversations } = this.state.get();
    if (!open || document.hidden || current === "" || revealed <= readN) return;
    const list = conversations.map((summary) => (summary.id === current ? { ...summary, read_n: revealed } : summary));
    this.state.patch({ readN: revealed, conversations: list });
    this.countUnread();
    this.port.read(current, revealed);
  }

  async loadEarlier(): Promise<void> {
    const { thread } = this;
    if (!thread?.hasEarlier || this.state.get().loadingEarlier) return;
    this.state.patch({ loadingEarlier: true });
    const after = Math.max(0, thread.start - PAGE);
    try {
      const { entries } = await this.parts.api.messages(thread.conversation, after, thread.start - after);
      thread.prepend(entries, after);
    } catch {
      // The button stays and can be pressed again.
    }
    if (this.thread !== thread) return;
    this.state.patch({ loadingEarlier: false });
    this.publish(this.state.get().revealed);
  }

  dispose(): void {
    this.pacer.clear();
    this.cancelTyping();
    this.cancelSave?.();
  }

  private isShown(conversation: string): boolean {
    return this.thread?.conversation === conversation;
  }

  private opening(lastN: number, readN: number): void {
    this.liveAfter = Math.max(this.liveAfter, lastN);
    if (readN > this.state.get().readN) this.state.patch({ readN });
    this.countUnread();
  }

  private take(entry: Entry): void {
    const { thread } = this;
    if (thread === null) return;
    const arrival = thread.add(entry);
    if (arrival === "gap") this.askAgain(thread);
    if (arrival !== "added") return;
    this.save();
    if (entry.n <= this.liveAfter) this.publish(entry.n);
    else if (entry.dir === "in") this.takeLiveIn(entry);
    else {
      this.publish(this.state.get().revealed);
      this.stopTyping();
      this.pacer.push(entry);
    }
  }

  private takeLiveIn(entry: Entry): void {
    this.pacer.flush();
    this.publish(entry.n);
  }

  private reveal(entry: EntryOut): void {
    this.publish(Math.max(entry.n, this.state.get().revealed));
    if (entry.body.type !== "typing") this.port.shown(entry, this.pacer.busy);
  }

  private publish(revealed: number): void {
    const { thread } = this;
    this.state.patch({ entries: thread?.entries ?? [], revealed, hasEarlier: thread?.hasEarlier ?? false });
    this.countUnread();
  }

  private askAgain(thread: Thread): void {
    const now = this.parts.clock.now();
    if (now - this.gapAskedAt < GAP_MS) return;
    this.gapAskedAt = now;
    this.port.follow(thread.conversation, thread.last);
  }

  private elsewhere(conversation: string, entry: Entry): void {
    const { conversations } = this.state.get();
    const changed = conversations.map((summary) =>
      summary.id === conversation ? { ...summary, last_n: Math.max(summary.last_n, entry.n), updated_ms: entry.at } : summary,
    );
    this.state.patch({ conversations: changed });
  }

  private typing(on: boolean): void {
    this.cancelTyping();
    this.serverTyping = on;
    if (on) this.cancelTyping = this.parts.clock.after(TYPING_MS, () => this.typing(false));
    this.showTyping();
  }

  private paced(on: boolean): void {
    this.pacing = on;
    this.showTyping();
  }

  private stopTyping(): void {
    this.pacing = false;
    this.typing(false);
  }

  private showTyping(): void {
    this.state.patch({ botTyping: this.serverTyping || this.pacing });
  }

  private markUnread(): void {
    const { readN, entries } = this.state.get();
    const first = entries.find((entry) => entry.dir === "out" && entry.n > readN);
    this.state.patch({ unreadFrom: readN > 0 && first !== undefined ? first.n : 0 });
  }

  private countUnread(): void {
    const { entries, revealed, readN } = this.state.get();
    const unread = entries.filter((entry) => entry.dir === "out" && entry.n > readN && entry.n <= revealed && entry.body.type !== "typing");
    this.state.patch({ unread: unread.length });
  }

  private save(): void {
    this.cancelSave ??= this.parts.clock.after(SAVE_MS, () => {
      this.cancelSave = null;
      const { thread } = this;
      if (thread !== null) void this.parts.store.set(`thread:${thread.conversation}`, withoutSecrets(thread.tail(CACHED)));
    });
  }
}
