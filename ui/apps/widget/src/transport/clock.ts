/** Time and chance, handed in so that a test can own them. */

export interface Clock {
  now(): number;
  /** Calls `run` after so many milliseconds; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
  /** From 0 to below 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
