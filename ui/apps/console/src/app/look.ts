/** How the page looks: scheme, density, language. Kept in the browser too, so that the next page has it before its first paint. */
import type { Preferences } from "@gutenbot/console";
import { useSyncExternalStore } from "react";

const KEY = "gutenbot.look";
export type Look = Pick<Preferences, "scheme" | "density"> & { locale?: string };

/** What this browser chose last. */
export function keptLook(): Look {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return found !== null && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

/** Keeps a look and applies what needs no component. */
export function keepLook(look: Look): void {
  const next = { ...keptLook(), ...look };
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // A browser that keeps nothing still shows it.
  }
  const root = document.documentElement;
  if (next.density === "compact") root.dataset.density = "compact";
  else delete root.dataset.density;
}

const dark = () => matchMedia("(prefers-color-scheme: dark)");

/** The scheme to draw with. */
export function useScheme(chosen: Preferences["scheme"]): "light" | "dark" {
  const system = useSyncExternalStore(
    (changed) => {
      const query = dark();
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => (dark().matches ? "dark" : "light"),
  );
  return chosen === "light" || chosen === "dark" ? chosen : system;
}
