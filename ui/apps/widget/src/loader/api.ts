/** `gutenbot(…)` on the site's page. Calls made before the widget stands wait in order. */

import type { Widget } from "./widget";

type Call = [name: string, ...rest: never[]];
type Global = typeof globalThis & { gutenbot?: { (...call: Call): void; q?: ArrayLike<never>[] } };

/** Takes over the calls so far; `attach` hands them and all later ones to the widget. */
export function takeCalls(): (widget: Widget) => void {
  const scope = globalThis as Global;
  const waiting = (scope.gutenbot?.q ?? []).map((call) => Array.from(call) as unknown as Call);
  scope.gutenbot = (...call) => void waiting.push(call);
  return (widget) => {
    const run = ([name, ...rest]: Call) => {
      // What a widget can be told are its public methods; its private ones have no name that could be called.
      (widget[name as "open"] as ((...values: never[]) => void) | undefined)?.apply(widget, rest);
    };
    scope.gutenbot = (...call) => run(call);
    waiting.forEach(run);
  };
}
