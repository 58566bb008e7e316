import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { entryOf, firstPaint, importMap, SHARED, sharedPackages, themeStyle } from "./build/plugins";

const here = import.meta.dirname;
const shared = Object.fromEntries(SHARED.map((name) => [entryOf(name), `virtual:shared/${name}`]));

export default defineConfig({
  base: "/console/",
  plugins: [react(), sharedPackages(), themeStyle(), firstPaint(), importMap()],
  define: { __GALLERY__: JSON.stringify(process.env.GUTENBOT_GALLERY === "1") },
  build: {
    outDir: resolve(here, "../../../core/src/gutenbot/console_ui"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    rolldownOptions: {
      input: { index: resolve(here, "index.html"), ...shared },
      preserveEntrySignatures: "allow-extension",
      onLog(level, log, print) {
        if (log.code !== "MODULE_LEVEL_DIRECTIVE" && log.code !== "INEFFECTIVE_DYNAMIC_IMPORT") print(level, log);
      },
      output: {
        // What every page needs comes in one file instead of seven.
        codeSplitting: {
          groups: [
            { name: "base", test: /node_modules\/(react|react-dom|scheduler|react-router|i18next|react-i18next|@tanstack\/(query-core|react-query))\// },
            { name: "kit", test: /packages\/(api\/src|sdk\/src\/(kit|hooks|shortcuts|palette|theme))\/|node_modules\/lucide-react\//, minShareCount: 2 },
          ],
        },
        entryFileNames: "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
  server: { proxy: { "/api": { target: "http://127.0.0.1:3000", ws: true }, "/ready": "http://127.0.0.1:3000" } },
  test: { environment: "happy-dom", include: ["tests/**/*.test.{ts,tsx}"], restoreMocks: true, setupFiles: ["tests/setup.ts"] },
});
