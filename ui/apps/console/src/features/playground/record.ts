/** What a turn recorded of itself, read without trust: older turns have less. */
export type TurnRecord = {
  stages: { name: string; us: number }[];
  wraps: { stage: string; name: string; us: number; calledOn: boolean }[];
  steps: { name: string; ms: number; failed: boolean }[];
  intents: Record<string, number>;
  changed: string[];
  warnings: string[];
  unused: string[];
  state: { before: unknown; after: unknown } | null;
};

export function recordOf(trace: Record<string, unknown>): TurnRecord {
  const { us, state } = trace;
  return {
    stages: Object.entries(isObject(us) ? us : {}).map(([name, value]) => ({ name, us: number(value) })),
    wraps: rows(trace.wraps).map(([stage, name, spent, on]) => ({ stage: text(stage), name: text(name), us: number(spent), calledOn: on === true })),
    steps: rows(trace.steps).map(([name, ms, failed]) => ({ name: text(name), ms: number(ms), failed: failed === true })),
    intents: Object.fromEntries(Object.entries(isObject(trace.intents) ? trace.intents : {}).map(([name, sure]) => [name, number(sure)])),
    changed: texts(trace.changed),
    warnings: texts(trace.warnings),
    unused: texts(trace.unused),
    state: isObject(state) ? { before: state.before, after: state.after } : null,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function rows(value: unknown): unknown[][] {
  return Array.isArray(value) ? value.filter((one): one is unknown[] => Array.isArray(one)) : [];
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const number = (value: unknown): number => (typeof value === "number" ? value : 0);
