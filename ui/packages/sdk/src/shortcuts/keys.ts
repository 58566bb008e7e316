/** Shortcuts as text: `mod+k`, `shift+enter`, `g h`. What a key press is called, and whether it meets a shortcut. */

const APPLE = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
const NAMES: Readonly<Record<string, string>> = { " ": "space", Esc: "escape" };

export type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** The name of a press; null for a modifier alone. */
export function nameOf(press: Press): string | null {
  if (["Control", "Meta", "Alt", "Shift", "CapsLock", "Dead", "Process"].includes(press.key)) return null;
  const key = NAMES[press.key] ?? press.key.toLowerCase();
  const mod = APPLE ? press.metaKey : press.ctrlKey;
  const other = APPLE ? press.ctrlKey : press.metaKey;
  const letter = key.length === 1;
  const parts = [mod && "mod", other && "meta", press.altKey && "alt", press.shiftKey && (!letter || /[a-z]/.test(key)) && "shift"];
  return [...parts.filter((part): part is string => typeof part === "string"), key].join("+");
}

/** Whether a shortcut is made of bare characters, which WCAG 2.1.4 lets people switch off. */
export function isBare(keys: string): boolean {
  return keys.split(" ").every((chord) => !/^(mod|meta|alt)\+/.test(chord)) && keys.split(" ").some((chord) => chord.replace("shift+", "").length === 1);
}

/** Whether the person is writing, so that characters are text. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
