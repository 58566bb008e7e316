/** Fails when a built file is larger than its budget. Sizes as a browser gets them: gzip, level 9; 1 KB = 1024 bytes. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const DIST = join(import.meta.dirname, "../dist");
const PART_KB = 10;
const manifest = JSON.parse(readFileSync(join(DIST, "manifest.json"), "utf8"));

const sizeKb = (file) => gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length / 1024;

/** The files that are loaded with an entry: itself and what it imports, not what it may load later. */
function needed(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) needed(next, seen);
  return seen;
}

const core = [...needed("chat.html")];
const files = Object.keys(manifest);
const style = Object.values(manifest).map(({ file }) => file).find((file) => file.endsWith(".css"));
const rows = [
  ["loader: w.js", sizeKb("w.js"), 3],
  ["core with all it needs", core.reduce((sum, key) => sum + sizeKb(manifest[key].file), 0), 40],
  [`style: ${style}`, sizeKb(style), 6],
  ...files.filter((key) => manifest[key].isDynamicEntry && !core.includes(key)).map((key) => [`part: ${key}`, sizeKb(manifest[key].file), PART_KB]),
];

for (const [name, kb, budget] of rows) console.log(`${kb > budget ? "TOO BIG" : "ok     "}  ${kb.toFixed(2).padStart(6)} KB of ${String(budget).padStart(2)}  ${name}`);
if (rows.some(([, kb, budget]) => kb > budget)) process.exitCode = 1;
