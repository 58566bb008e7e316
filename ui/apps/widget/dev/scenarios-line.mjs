/** What happens when lines break, servers restart, tabs come and go, files are sent. */

import { HOME, bubbles, dev, say, start } from "./browser.mjs";

export async function lines(scenario) {
  await scenario("pacing", async ({ page, shot, check }) => {
    await start(page);
    await say(page, "slow");
    await page.locator(".dots").waitFor();
    await shot("-typing");
    check("the second waits", (await bubbles(page, "second").count()) === 0);
    await bubbles(page, "third").waitFor({ timeout: 5000 });
    await page.waitForTimeout(900);
    const said = await page.locator("[role=status][aria-live=polite]").first().textContent();
    check(`one announcement for the turn: ${said}`, said.includes("First") && said.includes("third"));
    await page.reload();
    await bubbles(page, "third").waitFor({ timeout: 800 });
  });

  await scenario("offline", async ({ page, context, shot, check }) => {
    await start(page);
    await context.setOffline(true);
    await dev("drop");
    await say(page, "written offline");
    await page.locator(".delivery", { hasText: "Sending" }).waitFor();
    await page.waitForTimeout(4500);
    await shot("-waiting");
    await context.setOffline(false);
    await bubbles(page, "You said: written offline").waitFor({ timeout: 8000 });
    check("said once", (await bubbles(page, "written offline").count()) === 2);
    await say(page, "refuse me");
    await page.getByRole("button", { name: "Try again" }).waitFor();
    await shot("-failed-item");
  });

  await scenario("restart", async ({ page, shot, check }) => {
    await start(page);
    await dev("switch", { down: true });
    await dev("drop");
    await say(page, "during the restart");
    await page.waitForTimeout(1500);
    check("nobody is told", (await page.locator(".fault").count()) === 0);
    await dev("switch", { down: false });
    await bubbles(page, "You said: during the restart").waitFor({ timeout: 8000 });
    for (let round = 0; round < 3; round++) {
      await dev("say", [{ type: "text", text: `live ${round}` }]);
      await dev("drop");
      await dev("say", [{ type: "text", text: `missed ${round}` }]);
      await bubbles(page, `missed ${round}`).waitFor({ timeout: 8000 });
    }
    const { entries } = await dev("state");
    const shown = await page.locator("article").count();
    check(`every entry once: ${shown} of ${entries.length - 1}`, shown === entries.length - 1);
    await shot();
  });

  for (const [name, switches] of [["stream", { sockets: false }], ["poll", { sockets: false, streams: false }]]) {
    await scenario(`fallback-${name}`, async ({ page, shot }) => {
      await dev("switch", switches);
      await page.goto(HOME);
      await bubbles(page, "What would you like to see?").waitFor({ timeout: 15_000 });
      await say(page, `over ${name}`);
      await bubbles(page, `You said: over ${name}`).waitFor({ timeout: 10_000 });
      await dev("say", [{ type: "text", text: "pushed" }]);
      await bubbles(page, "pushed").waitFor({ timeout: 5000 });
      await shot();
    });
  }

  await scenario("tabs", async ({ page, context, check }) => {
    await start(page);
    const other = await context.newPage();
    await other.goto(HOME);
    await bubbles(other, "What would you like to see?").waitFor();
    const { sockets } = await dev("state");
    check(`one socket for two tabs, not ${sockets}`, sockets === 1);
    await say(other, "from the other tab");
    await bubbles(page, "You said: from the other tab").waitFor();
    await bubbles(other, "You said: from the other tab").waitFor();
    await page.close();
    await say(other, "the leader left");
    await bubbles(other, "You said: the leader left").waitFor({ timeout: 5000 });
    check("said once", (await bubbles(other, "the leader left").count()) === 2);
  });

  await scenario("upload", async ({ page, shot, check }) => {
    await start(page);
    await page.getByRole("button", { name: "Attach a file" }).click();
    await page.getByText("Up to").waitFor();
    await shot("-limits");
    await page.locator("input[type=file]").setInputFiles({ name: "virus.exe", mimeType: "application/x-msdownload", buffer: Buffer.from("MZ") });
    await page.getByText("not accepted").waitFor();
    await page.locator("input[type=file]").setInputFiles({ name: "order.txt", mimeType: "text/plain", buffer: Buffer.from("two pizzas") });
    await bubbles(page, "Got order.txt").waitFor();
    check("shown once", (await page.locator(".file").count()) === 1);
    await shot();
  });

  await scenario("unknown-visitor", async ({ page }) => {
    await start(page);
    await dev("forget", {});
    await dev("drop");
    await page.waitForTimeout(500);
    await say(page, "who am I");
    await bubbles(page, "You said: who am I").waitFor({ timeout: 8000 });
  });
}
