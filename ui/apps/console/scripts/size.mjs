/** Prints what a first visit loads, and fails above the budget: the page's own scripts and styles, compressed. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { gzipSync } from "node:zlib";

const out = resolve(import.meta.dirname, "../../../../core/src/gutenbot/console_ui");
const KB = 1024;
const GATES = { script: 350, style: 35, chunk: 80, editor: 200, whole: 8 * KB };
/** The code editor is loaded when somebody opens a YAML view. */
const EDITOR = "src/features/content/editor/yaml.tsx";

const gz = (file) => gzipSync(readFileSync(resolve(out, file)), { level: 9 }).length / KB;
const manifest = JSON.parse(readFileSync(resolve(out, "manifest.json"), "utf8"));

/** A chunk and everything it imports at once. */
function withImports(key, found = new Set()) {
  if (!found.has(key)) {
    found.add(key);
    for (const one of manifest[key]?.imports ?? []) withImports(one, found);
  }
  return found;
}

const first = withImports("index.html");
const home = withImports("src/features/home/page.tsx");
const scripts = [...new Set([...first, ...home])].map((key) => manifest[key].file).filter((file) => file.endsWith(".js"));
const styles = readdirSync(resolve(out, "assets")).filter((file) => file.endsWith(".css"));
const sum = (files) => files.reduce((total, file) => total + gz(file), 0);
const editor = manifest[EDITOR]?.file;
const lazy = Object.values(manifest)
  .map((one) => one.file)
  .filter((file) => file.endsWith(".js") && !scripts.includes(file) && file !== editor);
const largest = lazy.map((file) => [file, gz(file)]).sort((a, b) => b[1] - a[1])[0] ?? ["none", 0];
const whole = readdirSync(out, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .reduce((total, entry) => total + readFileSync(resolve(entry.parentPath, entry.name)).length / KB, 0);

const figures = { script: sum(scripts), style: sum(styles.map((file) => `assets/${file}`)), chunk: largest[1], editor: editor ? gz(editor) : 0, whole };
console.log(`first load ${figures.script.toFixed(1)} KB gz in ${scripts.length} files, style ${figures.style.toFixed(1)}, largest part ${figures.chunk.toFixed(1)} (${largest[0]}), code editor ${figures.editor.toFixed(1)}, all ${whole.toFixed(0)} KB raw`);
const over = Object.entries(GATES).filter(([name, gate]) => figures[name] > gate);
for (const [name, gate] of over) console.error(`over budget: ${name} ${figures[name].toFixed(1)} > ${gate} KB`);
if (!existsSync(resolve(out, "index.html")) || over.length > 0) process.exit(1);
