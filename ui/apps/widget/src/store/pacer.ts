/** Shows live messages at the bot's pace: a pause, typing dots, the message. History never comes through here. */

import type { EntryOut } from "../protocol/messages";
import type { Clock } from "../transport/clock";

/** No bot keeps a visitor waiting longer than this for one message. */
const LONGEST_MS = 15_000;

export interface PacerEvents {
  show(entry: EntryOut): void;
  typing(on: boolean): void;
}

export class Pacer {
  private readonly queue: EntryOut[] = [];
  private running: EntryOut | null = null;
  private cancel: () => void = () => undefined;

  constructor(
    private readonly events: PacerEvents,
    private readonly clock: Clock,
    private readonly hurried: () => boolean = () => document.hidden,
  ) {}

  get busy(): boolean {
    return this.running !== null || this.queue.length > 0;
  }

  push(entry: EntryOut): void {
    this.queue.push(entry);
    if (this.running === null) this.next();
  }

  /** Shows everything at once: the visitor went on, or does not look. */
  flush(): void {
    this.cancel();
    const waiting = this.running === null ? [] : [this.running];
    waiting.push(...this.queue.splice(0));
    if (this.running !== null) this.events.typing(false);
    this.running = null;
    for (const entry of waiting) this.events.show(entry);
  }

  /** Forgets everything: another conversation is shown. */
  clear(): void {
    this.cancel();
    this.queue.length = 0;
    this.running = null;
  }

  private next(): void {
    const entry = this.queue.shift();
    if (entry === undefined) return;
    this.running = entry;
    if (this.hurried()) {
      this.flush();
      return;
    }
    const { wait_ms = 0, typing_ms = 0 } = entry.body;
    this.step(wait_ms, () => {
      if (typing_ms > 0) this.events.typing(true);
      this.step(typing_ms, () => this.done(entry));
    });
  }

  private step(ms: number, then: () => void): void {
    if (ms <= 0) then();
    else this.cancel = this.clock.after(Math.min(ms, LONGEST_MS), then);
  }

  private done(entry: EntryOut): void {
    this.running = null;
    this.cancel = () => undefined;
    if ((entry.body.typing_ms ?? 0) > 0) this.events.typing(false);
    this.events.show(entry);
    this.next();
  }
}
