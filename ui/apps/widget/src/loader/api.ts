/** `gutenbot(…)` on the site's page. Calls made before the widget stands wait in order. */

import type { Widget } from "./widget";

type Call = ArrayLike<unknown>;
type Global = typeof globalThis & { gutenbot?: { (...call: unknown[]): void; q?: Call[] } };

export class Api {
  private widget: Widget | null = null;
  private waiting: Call[];

  constructor() {
    const scope = globalThis as Global;
    this.waiting = scope.gutenbot?.q ?? [];
    scope.gutenbot = (...call) => this.call(call);
  }

  attach(widget: Widget): void {
    this.widget = widget;
    for (const call of this.waiting.splice(0)) this.call(call);
  }

  private call(call: Call): void {
    const { widget } = this;
    const [name, first, second] = [call[0], call[1], call[2]];
    if (widget === null) this.waiting.push(call);
    else if (name === "open") widget.open();
    else if (name === "close") widget.close();
    else if (name === "toggle") widget.toggle();
    else if (name === "send") widget.send(String(first));
    else if (name === "identify") widget.identify(String(first));
    else if (name === "on" && typeof second === "function") widget.on(String(first), second as (detail: unknown) => void);
    else if (name === "reset") widget.reset();
    else if (name === "destroy") {
      widget.destroy();
      this.widget = null;
    }
  }
}
