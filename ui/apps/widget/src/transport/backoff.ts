/** How long to wait before the next attempt: doubling from half a second to half a minute, with jitter against stampedes. */

import type { Clock } from "./clock";

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

export function backoffMs(failures: number, clock: Pick<Clock, "random">): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  return Math.round(full * (0.5 + clock.random() / 2));
}
