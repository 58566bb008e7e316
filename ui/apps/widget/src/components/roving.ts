/** One Tab stop for a group of controls, arrow keys inside it (Home and End too), in reading direction. */

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const CONTROLS = "button:not([disabled]),a[href]";

export function useRoving<T extends HTMLElement>(): { ref: RefObject<T | null>; onKeyDown: (event: KeyboardEvent) => void; onFocusIn: (event: FocusEvent) => void } {
  const ref = useRef<T>(null);
  useLayoutEffect(() => {
    const all = controls(ref.current);
    const stop = all.find((control) => control.tabIndex === 0 && control.dataset.stop === "1") ?? all[0];
    for (const control of all) mark(control, control === stop);
  });
  const go = (target: HTMLElement | undefined) => target?.focus();
  return {
    ref,
    onFocusIn: (event) => {
      const all = controls(ref.current);
      if (!all.includes(event.target as HTMLElement)) return;
      for (const control of all) mark(control, control === event.target);
    },
    onKeyDown: (event) => {
      const all = controls(ref.current);
      const at = all.indexOf(event.target as HTMLElement);
      if (at === -1) return;
      const step = stepOf(event);
      if (step === null) return;
      event.preventDefault();
      if (step === "first") go(all[0]);
      else if (step === "last") go(all.at(-1));
      else go(all[(at + step + all.length) % all.length]);
    },
  };
}

function controls(group: HTMLElement | null): HTMLElement[] {
  return [...(group?.querySelectorAll<HTMLElement>(CONTROLS) ?? [])];
}

function mark(control: HTMLElement, stop: boolean): void {
  control.tabIndex = stop ? 0 : -1;
  control.dataset.stop = stop ? "1" : "0";
}

function stepOf(event: KeyboardEvent): 1 | -1 | "first" | "last" | null {
  const rtl = getComputedStyle(event.currentTarget as Element).direction === "rtl";
  switch (event.key) {
    case "ArrowDown":
      return 1;
    case "ArrowUp":
      return -1;
    case "ArrowRight":
      return rtl ? -1 : 1;
    case "ArrowLeft":
      return rtl ? 1 : -1;
    case "Home":
      return "first";
    case "End":
      return "last";
    default:
      return null;
  }
}
