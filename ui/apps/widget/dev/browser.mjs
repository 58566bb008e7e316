/** The browser, the mock server and small helpers for the scripts that look at the chat. */

/* global document */

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const PORT = 4183;
export const HOME = `http://localhost:${PORT}`;
export const SITE = `http://localhost:${PORT + 1}`;
export const SHOTS = process.env.SHOTS ?? "/tmp/shots";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export async function launch() {
  mkdirSync(SHOTS, { recursive: true });
  const server = spawn(process.execPath, [join(import.meta.dirname, "mock-server.mjs"), String(PORT)], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((done) => server.stdout.once("data", done));
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args });
  return { browser, stop: async () => { await browser.close(); server.kill("SIGTERM"); } };
}

/** A fresh visitor; every complaint of the page is remembered. */
export async function visitor(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 420, height: 760 }, locale: "en-GB", acceptDownloads: true, ...options });
  const complaints = [];
  const watch = (page) => {
    page.on("pageerror", (error) => complaints.push(`error: ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      const text = message.text();
      if (/Content Security Policy|Content-Security-Policy|violates/i.test(text)) complaints.push(`csp: ${text}`);
    });
  };
  context.on("page", watch);
  return { context, complaints };
}

export async function dev(name, body) {
  const response = await fetch(`${HOME}/dev/${name}`, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
  return response.json();
}

export async function axe(page, frame = page.mainFrame()) {
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setBypassCSP", { enabled: true });
  await frame.evaluate((source) => { (0, eval)(source); }, AXE).catch(async () => { await frame.addScriptTag({ content: AXE }); });
  const result = await frame.evaluate((tags) => globalThis.axe.run(document, { runOnly: { type: "tag", values: tags } }), AXE_TAGS);
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}

export const composer = (page) => page.getByRole("textbox").last();
export const bubbles = (page, text) => page.locator(".bubble", { hasText: text });

export async function say(page, text) {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

export async function start(page, path = "/") {
  await page.goto(HOME + path);
  await bubbles(page, "What would you like to see?").or(bubbles(page, "مرحبا")).first().waitFor();
}
