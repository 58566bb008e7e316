/**
 * What the visitor said and the server has not confirmed. Each item has the client's UUID, so sending it twice is harmless.
 * Items go out one at a time per conversation, in order. Knows how to decide, not how to send or to store.
 */

import type { VisitorEvent } from "../protocol/messages";

export type ItemState = "sending" | "sent" | "failed";

export interface OutboxItem {
  id: string;
  /** Empty while the conversation itself is still to be made. */
  conversation: string;
  event: VisitorEvent;
  at: number;
  state: ItemState;
  /** Why it failed, in the server's code; empty otherwise. */
  problem: string;
  attempts: number;
  /** Holds words that must not be stored (a password field). */
  secret: boolean;
}

/** So many unanswered attempts make a failure that the visitor has to see. */
const MOST_ATTEMPTS = 5;

export class Outbox {
  private readonly items = new Map<string, OutboxItem>();
  private readonly inFlight = new Set<string>();

  list(conversation: string): OutboxItem[] {
    return [...this.items.values()].filter((item) => item.conversation === conversation);
  }

  get(id: string): OutboxItem | undefined {
    return this.items.get(id);
  }

  /** Adds or replaces an item; the copy that is further along wins. */
  put(item: OutboxItem): void {
    const known = this.items.get(item.id);
    if (known?.state === "sent" && item.state !== "sent") return;
    this.items.set(item.id, item);
    if (item.state !== "sending") this.inFlight.delete(item.id);
  }

  remove(id: string): void {
    this.items.delete(id);
    this.inFlight.delete(id);
  }

  /** The items that may go out now; they count as under way from here on. */
  take(): OutboxItem[] {
    const busy = new Set([...this.inFlight].map((id) => this.items.get(id)?.conversation));
    const taken: OutboxItem[] = [];
    for (const item of this.items.values()) {
      if (item.state !== "sending" || item.conversation === "" || busy.has(item.conversation)) continue;
      busy.add(item.conversation);
      this.inFlight.add(item.id);
      taken.push(item);
    }
    return taken;
  }

  isInFlight(id: string): boolean {
    return this.inFlight.has(id);
  }

  acknowledged(id: string): OutboxItem | undefined {
    return this.change(id, { state: "sent", problem: "" });
  }

  /** The line broke: everything under way goes out again, unless lines break because of it. Answers what failed. */
  lineLost(): OutboxItem[] {
    const underWay = [...this.inFlight];
    this.inFlight.clear();
    return underWay.map((id) => this.unanswered(id)).filter((item): item is OutboxItem => item?.state === "failed");
  }

  /** No answer in time; fails after several attempts. */
  unanswered(id: string): OutboxItem | undefined {
    const item = this.items.get(id);
    if (item?.state !== "sending") return undefined;
    const attempts = item.attempts + 1;
    return this.change(id, attempts >= MOST_ATTEMPTS ? { attempts: 0, state: "failed", problem: "unanswered" } : { attempts });
  }

  /** Refused for good. */
  refused(id: string, problem: string): OutboxItem | undefined {
    return this.change(id, { state: "failed", problem });
  }

  /** Refused for now: it may be taken again. */
  postponed(id: string): void {
    this.inFlight.delete(id);
  }

  retry(id: string): OutboxItem | undefined {
    return this.change(id, { state: "sending", problem: "", attempts: 0 });
  }

  /** The conversation of items that were written before there was one. */
  adopt(conversation: string): OutboxItem[] {
    return this.list("").map((item) => {
      const adopted = { ...item, conversation };
      this.items.set(item.id, adopted);
      return adopted;
    });
  }

  clear(): void {
    this.items.clear();
    this.inFlight.clear();
  }

  private change(id: string, change: Partial<OutboxItem>): OutboxItem | undefined {
    const item = this.items.get(id);
    if (item === undefined || item.state === "sent") return undefined;
    const changed = { ...item, ...change };
    this.items.set(id, changed);
    this.inFlight.delete(id);
    return changed;
  }
}
