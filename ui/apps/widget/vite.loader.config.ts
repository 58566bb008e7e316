import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { UserConfig } from "vite";
import { defineConfig } from "vite";

const here = import.meta.dirname;

type Manifest = Record<string, { file: string; name?: string }>;

/** The names of the core's files, which the inline element loads without an iframe. */
function builtFiles(): { core: string; style: string } {
  const manifest = JSON.parse(readFileSync(resolve(here, "dist/manifest.json"), "utf8")) as Manifest;
  const files = Object.values(manifest).map((entry) => entry.file);
  const core = manifest["src/core.tsx"]?.file;
  const style = files.find((file) => file.endsWith(".css"));
  if (core === undefined || style === undefined) throw new Error("Build the core first: vite build");
  return { core, style };
}

export default defineConfig((): UserConfig => {
  const { core, style } = builtFiles();
  return {
    define: { __CORE__: JSON.stringify(core), __STYLE__: JSON.stringify(style) },
    build: {
      outDir: "dist",
      emptyOutDir: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: {
        input: resolve(here, "src/loader/main.ts"),
        output: { format: "iife", entryFileNames: "w.js" },
      },
    },
  };
});
