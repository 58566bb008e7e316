import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = import.meta.dirname;

/** The server fills `__BASE__` (its address prefix), so the page finds its files behind any proxy path. */
function assetsBehindBase(): Plugin {
  return {
    name: "assets-behind-base",
    apply: "build",
    closeBundle() {
      const page = resolve(here, "dist/chat.html");
      const html = readFileSync(page, "utf8");
      const tags = html.replaceAll(/(src|href)="\.\//g, '$1="__BASE__/web/assets/').replaceAll(" crossorigin", ' nonce="__NONCE__"');
      writeFileSync(page, tags);
    },
  };
}

export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [assetsBehindBase()],
  build: {
    outDir: "dist",
    assetsDir: "",
    target: "es2022",
    cssCodeSplit: false,
    modulePreload: false,
    manifest: "manifest.json",
    rolldownOptions: {
      input: { chat: resolve(here, "chat.html"), core: resolve(here, "src/core.tsx") },
      preserveEntrySignatures: "allow-extension",
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "[name]-[hash].js",
        assetFileNames: "[name]-[hash][extname]",
      },
    },
  },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"], restoreMocks: true },
});
