/** Keys as they are written on the person's keyboard. */
import { Fragment } from "react";
import type { ReactNode } from "react";

const APPLE = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
const NAMES: Readonly<Record<string, string>> = APPLE
  ? { mod: "⌘", alt: "⌥", shift: "⇧", enter: "↩", escape: "esc", arrowup: "↑", arrowdown: "↓", arrowleft: "←", arrowright: "→" }
  : { mod: "Ctrl", alt: "Alt", shift: "Shift", enter: "Enter", escape: "Esc", arrowup: "↑", arrowdown: "↓", arrowleft: "←", arrowright: "→" };

/** `mod+k` as `Ctrl K`, `g h` as two keys one after the other. */
export function keyWords(keys: string): string[] {
  return keys.split(" ").map((chord) =>
    chord
      .split("+")
      .map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key))
      .join(APPLE ? "" : " "),
  );
}

/** A shortcut, printed. */
export function Keys({ of }: { of: string }): ReactNode {
  return (
    <span className="gb-keys" dir="ltr">
      {keyWords(of).map((word, index) => (
        <Fragment key={index}>
          <kbd>{word}</kbd>
        </Fragment>
      ))}
    </span>
  );
}
