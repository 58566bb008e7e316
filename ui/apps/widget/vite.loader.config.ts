import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { UserConfig } from "vite";
import { defineConfig } from "vite";

const here = import.meta.dirname;

type Manifest = Record<string, { file: string } | undefined>;

/** The names of the built files that the classic scripts load: `--mode inline` needs the core, `--mode loader` the inline script. */
function builtFiles(): Record<string, string> {
  const manifest = JSON.parse(readFileSync(resolve(here, "dist/manifest.json"), "utf8")) as Manifest;
  const files = readdirSync(resolve(here, "dist"));
  const named = (pattern: RegExp) => files.find((file) => pattern.test(file)) ?? "";
  return { __CORE__: manifest["src/core.tsx"]?.file ?? "", __STYLE__: named(/\.css$/), __INLINE__: named(/^inline-.*\.js$/) };
}

export default defineConfig(({ mode }): UserConfig => {
  const loader = mode === "loader";
  const define = Object.fromEntries(Object.entries(builtFiles()).map(([name, file]) => [name, JSON.stringify(file)]));
  return {
    define,
    build: {
      outDir: "dist",
      emptyOutDir: false,
      target: "es2022",
      modulePreload: false,
      rolldownOptions: {
        input: resolve(here, loader ? "src/loader/main.ts" : "src/inline/main.ts"),
        output: { format: "iife", entryFileNames: loader ? "w.js" : "inline-[hash].js" },
      },
    },
  };
});
