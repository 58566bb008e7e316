/**
 * Many tabs of one visitor, one line: the tab that holds a Web Lock leads, the others speak through it by BroadcastChannel.
 * Where either is missing, every tab leads itself, which costs sockets and nothing else.
 */

import type { ClientFrame, ServerFrame } from "../protocol/frames";
import type { LinkState } from "./connection";
import type { OutboxItem } from "./outbox";

export type TabMessage =
  /** From the leader: what the server said, and how the line is. */
  | { kind: "frame"; frame: ServerFrame }
  | { kind: "link"; state: LinkState }
  | { kind: "leader" }
  /** To the leader. */
  | { kind: "follow"; conversation: string; after: number }
  | { kind: "client"; frame: ClientFrame }
  | { kind: "hello" }
  /** To all. */
  | { kind: "item"; item: OutboxItem }
  | { kind: "gone"; id: string }
  | { kind: "conversation"; id: string }
  | { kind: "reset" };

export interface TabEvents {
  message(message: TabMessage): void;
  /** This tab leads from now on. */
  leads(): void;
}

export interface Tabs {
  readonly leading: boolean;
  post(message: TabMessage): void;
  close(): void;
}

export type JoinTabs = (events: TabEvents) => Tabs;

/** The tabs of one bot and visitor; `name` tells them from others. */
export function joinTabs(name: string, scope: Partial<Pick<typeof globalThis, "BroadcastChannel">> & { navigator: { locks?: LockManager | null } } = globalThis): JoinTabs {
  return (events) => {
    const locks = scope.navigator.locks;
    const Channel = scope.BroadcastChannel;
    if (!locks || Channel === undefined) return aloneTab(events);
    return new SharedTab(name, events, locks, new Channel(name));
  };
}

export function aloneTab(events: TabEvents): Tabs {
  queueMicrotask(() => events.leads());
  return { leading: true, post: () => undefined, close: () => undefined };
}

class SharedTab implements Tabs {
  leading = false;
  private readonly leaving = new AbortController();
  private letGo: () => void = () => undefined;

  constructor(
    name: string,
    private readonly events: TabEvents,
    locks: LockManager,
    private readonly channel: BroadcastChannel,
  ) {
    channel.onmessage = (event: MessageEvent<TabMessage>) => events.message(event.data);
    locks.request(name, { signal: this.leaving.signal }, () => this.lead()).catch(() => this.lockFailed());
  }

  post(message: TabMessage): void {
    if (!this.leaving.signal.aborted) this.channel.postMessage(message);
  }

  close(): void {
    this.leaving.abort();
    this.channel.close();
    this.letGo();
  }

  private lead(): Promise<void> {
    return new Promise((resolve) => {
      this.letGo = resolve;
      if (this.leaving.signal.aborted) {
        resolve();
        return;
      }
      this.leading = true;
      this.events.leads();
    });
  }

  private lockFailed(): void {
    if (this.leaving.signal.aborted || this.leading) return;
    this.leading = true;
    this.events.leads();
  }
}

/** Runs `work` while no other tab runs work of this name, where the browser can promise that. */
export async function oneTabAtATime<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { locks } = navigator as { locks?: LockManager | null };
  if (!locks) return work();
  const state = { begun: false };
  const guarded = () => {
    state.begun = true;
    return work();
  };
  try {
    return await locks.request(name, guarded);
  } catch (error) {
    // A sandboxed page has the function and may not use it.
    if (state.begun) throw error;
    return work();
  }
}
