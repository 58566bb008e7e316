/** Drives Chromium through what the chat promises, checks it, and leaves pictures to look at: `npm run shots [name part]`. */

import { SHOTS, dev, launch, visitor } from "./browser.mjs";
import { embeds } from "./scenarios-embed.mjs";
import { lines } from "./scenarios-line.mjs";
import { looks } from "./scenarios-looks.mjs";

const only = process.argv[2] ?? "";
const failures = [];
const { browser, stop } = await launch();

async function scenario(name, run, options = {}) {
  if (!name.includes(only)) return;
  await dev("switch", { sockets: true, streams: true, down: false, swallow: false, config: {}, bot: {} });
  const { context, complaints } = await visitor(browser, options);
  const page = await context.newPage();
  const check = (fact, value) => { if (!value) failures.push(`${name}: ${fact}`); };
  const shot = (part = "") => page.screenshot({ path: `${SHOTS}/${name}${part}.png` });
  try {
    await run({ page, context, check, shot });
  } catch (error) {
    failures.push(`${name}: ${error.message}`);
    await shot("-failed").catch(() => undefined);
  }
  failures.push(...complaints.map((complaint) => `${name}: ${complaint}`));
  await context.close();
  console.log(`${name}${failures.some((failure) => failure.startsWith(name)) ? "  FAILED" : ""}`);
}

await looks(scenario);
await lines(scenario);
await embeds(scenario);
await stop();
for (const failure of failures) console.log(`FAILED ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
