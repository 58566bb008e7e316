import { describe, expect, it } from "vitest";
import * as kit from "../src";
import * as grid from "../src/grid";
import source from "../src/stories.tsx?raw";

/** Draw nothing themselves, or only what the shell gives them. */
const NOT_DRAWN = ["AnnounceProvider", "CommandsProvider", "ConsoleProvider", "ModuleProvider", "ShortcutsProvider", "Themed", "ToastProvider", "Live", "Problem", "Unreachable", "Link", "SDK"];

describe("the gallery", () => {
  const components = Object.entries({ ...kit, ...grid })
    .filter(([name, value]) => /^[A-Z]/.test(name) && typeof value === "function" && !NOT_DRAWN.includes(name))
    .map(([name]) => name);

  it("knows many components", () => {
    expect(components.length).toBeGreaterThan(40);
  });

  it.each(components)("shows %s, and so axe looks at it", (name) => {
    expect(source, `add a story with <${name}> to src/stories.tsx`).toMatch(new RegExp(`<${name}[\\s/>]`));
  });
});
