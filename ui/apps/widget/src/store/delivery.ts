/** Takes items from the outbox to the line, in the tab that leads; decides what an answer or silence means for each. */

import type { ClientFrame } from "../protocol/frames";
import type { Clock } from "../transport/clock";
import type { Outbox, OutboxItem } from "../transport/outbox";

const ANSWER_MS = 12_000;

export interface DeliveryPort {
  send(frame: ClientFrame): boolean;
  /** The line gives no answers: make a new one. */
  renew(): void;
  changed(item: OutboxItem): void;
}

export class Delivery {
  private readonly waits = new Map<string, () => void>();

  constructor(
    private readonly outbox: Outbox,
    private readonly port: DeliveryPort,
    private readonly clock: Clock,
  ) {}

  pump(): void {
    for (const item of this.outbox.take()) {
      const frame: ClientFrame = { t: "send", conversation: item.conversation, id: item.id, event: item.event };
      if (this.port.send(frame)) this.expectAnswer(item.id);
      else this.outbox.postponed(item.id);
    }
  }

  acknowledged(id: string): void {
    this.settle(id);
    this.tell(this.outbox.acknowledged(id));
    this.pump();
  }

  refused(id: string, code: string, retryAfterS: number): void {
    this.settle(id);
    if (retryAfterS > 0) {
      this.waits.set(id, this.clock.after(retryAfterS * 1000, () => this.again(id)));
      return;
    }
    this.tell(this.outbox.refused(id, code));
    this.pump();
  }

  lineLost(): void {
    for (const cancel of this.waits.values()) cancel();
    this.waits.clear();
    for (const item of this.outbox.lineLost()) this.port.changed(item);
  }

  private again(id: string): void {
    this.waits.delete(id);
    this.outbox.postponed(id);
    this.pump();
  }

  private expectAnswer(id: string): void {
    this.settle(id);
    this.waits.set(
      id,
      this.clock.after(ANSWER_MS, () => {
        this.waits.delete(id);
        this.tell(this.outbox.unanswered(id));
        this.port.renew();
      }),
    );
  }

  private settle(id: string): void {
    this.waits.get(id)?.();
    this.waits.delete(id);
  }

  private tell(item: OutboxItem | undefined): void {
    if (item !== undefined) this.port.changed(item);
  }
}
