/** Fields have paths, such as `0.text`: what is wrong and what is shown can lead to where it is written. */

/** Puts the focus into the field of a path, or of the nearest one that stands around it. */
export function focusField(path: string): boolean {
  const steps = path.split(".");
  for (let length = steps.length; length > 0; length--) {
    const wanted = steps.slice(0, length).join(".");
    const place = document.querySelector<HTMLElement>(`[data-path="${CSS.escape(wanted)}"]`);
    const within = () => place?.querySelector<HTMLElement>("textarea, input, select") ?? place?.querySelector<HTMLElement>("button");
    const field = place?.matches("input, textarea, select") ? place : within();
    if (field) {
      field.focus();
      field.scrollIntoView({ block: "nearest" });
      return true;
    }
  }
  return false;
}

/** The path of the field that has the focus. */
export function pathOf(target: EventTarget | null): string | null {
  return target instanceof Element ? (target.closest("[data-path]")?.getAttribute("data-path") ?? null) : null;
}
