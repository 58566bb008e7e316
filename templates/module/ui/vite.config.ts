import { defineConfig } from "vite";

// What the console has already: it must not be in the bundle, for there is one React.
const SHARED = ["react", "react/jsx-runtime", "react-dom", "react-dom/client", "@gutenbot/console"];

export default defineConfig({
  build: {
    lib: { entry: "src/console.tsx", formats: ["es"], fileName: () => "console.js" },
    outDir: "../src/gutenbot_my_module/ui",
    emptyOutDir: true,
    minify: false,
    target: "es2022",
    rolldownOptions: { external: SHARED },
  },
});
