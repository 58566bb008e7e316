/** What the build adds: the style sheet of the theme, the script before the first paint, and the import map for pages of modules. */
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { convertCssVariables } from "@mantine/core";
import type { Plugin } from "vite";
import { cssVariables } from "../../../packages/sdk/src/theme/theme";

const require = createRequire(import.meta.url);
const here = import.meta.dirname;

/** Bare names that pages of modules import, and the entries that give them. */
export const SHARED = ["react", "react/jsx-runtime", "react-dom", "react-dom/client", "@gutenbot/console"] as const;

/** `react/jsx-runtime` as a name of a file. */
export function entryOf(name: string): string {
  return `shared-${name.replaceAll(/\W+/g, "-").replace(/^-/, "")}`;
}

/** Entries whose only content is to give a shared package on: one React, ours and that of modules. */
export function sharedPackages(): Plugin {
  const prefix = "virtual:shared/";
  return {
    name: "shared-packages",
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const name = id.slice(prefix.length + 1);
      if (name === "@gutenbot/console") return 'export * from "@gutenbot/console"; export * from "@gutenbot/console/grid";';
      const names = Object.keys(require(name) as object).filter((key) => key !== "default" && /^[A-Za-z_$][\w$]*$/.test(key));
      return `import all from "${name}";\nexport default all;\nexport const { ${names.join(", ")} } = all;\n`;
    },
  };
}

/** Puts the import map first in the head: it must stand before every module. */
export function importMap(): Plugin {
  return {
    name: "import-map",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle }) {
        const imports: Record<string, string> = {};
        for (const name of SHARED) {
          const file = Object.values(bundle ?? {}).find((one) => one.type === "chunk" && one.isEntry && one.name === entryOf(name));
          if (!file) throw new Error(`The build has no entry for ${name}.`);
          imports[name] = `/console/${file.fileName}`;
        }
        imports["react/jsx-dev-runtime"] = imports["react/jsx-runtime"] ?? "";
        const tag = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
        return html.replace("<head>", `<head>\n    ${tag}`);
      },
    },
  };
}

/** The script before the first paint, as a file of its own: the policy allows no inline script. */
export function firstPaint(): Plugin {
  const source = readFileSync(resolve(here, "first-paint.js"), "utf8");
  const name = "first-paint.js";
  let serving = false;
  return {
    name: "first-paint",
    configResolved(config) {
      serving = config.command === "serve";
    },
    buildStart() {
      if (!serving) this.emitFile({ type: "asset", name, source: source.replaceAll(/^\s*\/\/.*$/gm, "").trim() });
    },
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle }) {
        if (!bundle) return html.replace("<head>", `<head><script>${source}</script>`);
        const file = Object.values(bundle).find((one) => one.type === "asset" && one.names.includes(name));
        if (!file) throw new Error("The build has no script for the first paint.");
        return html.replace("</title>", `</title>\n    <script src="/console/${file.fileName}"></script>`);
      },
    },
  };
}

/** `virtual:theme.css`: the custom properties of the theme. */
export function themeStyle(): Plugin {
  return {
    name: "theme-style",
    resolveId: (id) => (id === "virtual:theme.css" ? "\0virtual:theme.css" : undefined),
    load: (id) => (id === "\0virtual:theme.css" ? convertCssVariables(cssVariables()) : undefined),
  };
}
