/** Drives Chromium through what the chat promises, checks it, and leaves pictures to look at: `npm run shots [name part]`. */

import { HOME, SHOTS, SITE, axe, dev, launch, visitor } from "./browser.mjs";

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

const composer = (page) => page.getByRole("textbox").last();
const bubbles = (page, text) => page.locator(".bubble", { hasText: text });

async function say(page, text) {
  await composer(page).fill(text);
  await composer(page).press("Enter");
}

async function start(page, path = "/") {
  await page.goto(HOME + path);
  await bubbles(page, "What would you like to see?").or(bubbles(page, "مرحبا")).first().waitFor();
}

await scenario("page-light", async ({ page, shot, check }) => {
  await start(page);
  check("the composer has the focus", await composer(page).evaluate((node) => node === document.activeElement));
  await shot();
  check("no axe violation", (await axe(page)).length === 0 || console.log(await axe(page)));
});

await scenario("page-dark", async ({ page, shot, check }) => {
  await start(page);
  await say(page, "text");
  await bubbles(page, "thin crust").waitFor();
  await shot();
  const found = await axe(page);
  check(`no axe violation ${found.join()}`, found.length === 0);
}, { colorScheme: "dark" });

for (const word of ["text", "buttons", "card", "carousel", "list", "media", "odd", "form"]) {
  await scenario(`message-${word}`, async ({ page, shot, check }) => {
    await start(page);
    await say(page, word);
    await page.waitForTimeout(700);
    await shot();
    const found = await axe(page);
    check(`no axe violation ${found.join()}`, found.length === 0);
    check("nothing ran", !(await page.locator("b[onclick], a[href^=javascript]").count()));
  }, { viewport: { width: 420, height: 860 } });
}

await scenario("form-flow", async ({ page, shot, check }) => {
  await start(page);
  await say(page, "form");
  await page.getByRole("button", { name: "Order now" }).click();
  check("the first wrong field has the focus", await page.getByLabel("Your name").evaluate((node) => node === document.activeElement));
  await shot("-errors");
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Size").selectOption("L");
  await page.getByLabel("How many").fill("2");
  await page.getByLabel("Discount PIN").fill("hunter2");
  await page.getByLabel("I accept the terms").check();
  await page.getByRole("button", { name: "Order now" }).click();
  await bubbles(page, "Thank you, Ada").waitFor();
  check("the secret is masked", (await page.locator(".answers").textContent()).includes("••••••") && !(await page.content()).includes("hunter2</dd>"));
  await shot("-sent");
}, { viewport: { width: 420, height: 1100 } });

await scenario("quick-replies", async ({ page, shot, check }) => {
  await start(page);
  await composer(page).press("Shift+Tab");
  check("one Tab from the composer", (await page.evaluate(() => document.activeElement.textContent)) === "Order a pizza");
  await page.keyboard.press("ArrowRight");
  check("arrows walk", (await page.evaluate(() => document.activeElement.textContent)) === "Fill in a form");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await page.locator(".carousel").waitFor();
  await page.locator(".card").first().waitFor();
  check("the used ones stay", (await page.locator(".used .chosen").textContent()).includes("Order a pizza"));
  check("the focus is at the composer", await composer(page).evaluate((node) => node === document.activeElement));
  await shot();
});

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

await scenario("menu", async ({ page, context, shot, check }) => {
  await start(page);
  await page.getByRole("button", { name: "Menu" }).click();
  await shot("-open");
  check(`menu axe ${await axe(page)}`, (await axe(page)).length === 0);
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Save transcript" }).click();
  check("a transcript", (await download).suggestedFilename().endsWith(".txt"));
  await say(page, "first conversation");
  await bubbles(page, "You said: first conversation").waitFor();
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("menuitem", { name: "New conversation" }).click();
  await bubbles(page, "What would you like to see?").waitFor();
  check("the old one is gone from the thread", (await bubbles(page, "first conversation").count()) === 0);
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("menuitem", { name: "Conversations", exact: true }).click();
  await page.getByText("first conversation").waitFor();
  await shot("-list");
  await page.getByRole("button", { name: /first conversation/ }).click();
  await bubbles(page, "You said: first conversation").waitFor();
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("menuitem", { name: /Text size/ }).click();
  await page.getByRole("menuitem", { name: /Text size/ }).click();
  await page.getByRole("menuitem", { name: /Text size/ }).click();
  await page.keyboard.press("Escape");
  await shot("-200-percent");
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("menuitemradio", { name: "Deutsch" }).click();
  await page.getByPlaceholder("Nachricht schreiben …").waitFor();
  check("the conversation stays", (await bubbles(page, "You said: first conversation").count()) === 1);
  check("one page", context.pages().length === 1);
});

await scenario("rtl", async ({ page, shot, check }) => {
  await start(page);
  await say(page, "arabic");
  await bubbles(page, "مرحبا").waitFor();
  await page.waitForTimeout(400);
  await shot();
  await page.getByRole("button", { name: "القائمة" }).click();
  await shot("-menu");
  await page.keyboard.press("Escape");
  await say(page, "carousel");
  await page.locator(".card").first().waitFor();
  await page.waitForTimeout(300);
  await shot("-carousel");
  const found = await axe(page);
  check(`no axe violation ${found.join()}`, found.length === 0);
}, { locale: "ar" });

await scenario("long", async ({ page, shot, check }) => {
  await start(page);
  await dev("say", Array.from({ length: 30 }, (_, index) => ({ type: "text", text: `Message ${index}` })));
  await bubbles(page, "Message 29").waitFor();
  await page.locator(".thread").evaluate((node) => { node.scrollTop = 0; });
  await page.waitForTimeout(100);
  await dev("say", [{ type: "text", text: "While you read" }]);
  await page.getByRole("button", { name: "1 new message" }).waitFor();
  check("the thread did not move", (await page.locator(".thread").evaluate((node) => node.scrollTop)) < 5);
  await shot();
  await page.getByRole("button", { name: "1 new message" }).click();
  await page.getByRole("button", { name: "1 new message" }).waitFor({ state: "detached" });
});

for (const theme of ["card", "terminal", "high-contrast"]) {
  for (const scheme of ["light", "dark"]) {
    await scenario(`theme-${theme}-${scheme}`, async ({ page, shot, check }) => {
      await dev("switch", { config: { theme: `${theme} ${scheme}`, accent: "#ffcc00" } });
      await start(page);
      await say(page, "buttons");
      await page.waitForTimeout(600);
      await shot();
      const found = await axe(page);
      check(`no axe violation ${found.join()}`, found.length === 0);
    });
  }
}

await scenario("human", async ({ page, shot }) => {
  await start(page);
  await say(page, "human");
  await page.getByText("Amir, human").waitFor();
  await shot();
});

await scenario("forced-colours", async ({ page, shot }) => {
  await start(page);
  await say(page, "buttons");
  await page.waitForTimeout(500);
  await shot();
}, { forcedColors: "active" });

await scenario("narrow-360", async ({ page, shot, check }) => {
  await start(page);
  await say(page, "carousel");
  await page.locator(".card").first().waitFor();
  await page.waitForTimeout(300);
  await shot();
  const small = await page.evaluate(() => [...document.querySelectorAll("button, .gb a")].filter((node) => node.offsetParent && !node.closest(".prose") && node.getBoundingClientRect().height < 44).map((node) => node.outerHTML.slice(0, 90)));
  check(`touch targets of 44 px: ${small.join()}`, small.length === 0);
  check("nothing wider than the screen", await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
}, { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });

const panel = (page) => page.frameLocator("iframe");
const DESKTOP = { viewport: { width: 1200, height: 820 } };

await scenario("embed", async ({ page, shot, check }) => {
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(SITE);
  const launcher = page.getByRole("button", { name: "Chat", exact: true });
  await launcher.waitFor();
  check(`only the loader: ${requests.join()}`, requests.filter((url) => url.startsWith(HOME)).length === 1);
  await shot("-closed");
  await launcher.hover();
  await page.locator("iframe").waitFor({ state: "attached" });
  await page.getByText("Hungry?").waitFor();
  await shot("-teaser");
  await launcher.click();
  await panel(page).getByText("What would you like to see?", { exact: true }).waitFor();
  const box = await page.locator("iframe").boundingBox();
  check(`400 wide: ${JSON.stringify(box)}`, Math.round(box.width) === 400 || Math.round(box.width) === 402);
  await page.waitForTimeout(300);
  check("the focus is in the composer", await panel(page).getByRole("textbox").evaluate((node) => node === document.activeElement && document.hasFocus()));
  await shot("-open");
  const found = await axe(page, page.frames()[1]);
  check(`no axe violation ${found.join()}`, found.length === 0);
  const outside = await axe(page);
  check(`no axe violation on the page ${outside.join()}`, outside.length === 0);
  await page.keyboard.press("Escape");
  await page.waitForTimeout(150);
  check("the focus is back", await page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.matches("button")));
  await dev("say", [{ type: "text", text: "Are you still there?" }]);
  await page.locator(".b", { hasText: "1" }).waitFor();
  await shot("-badge");
  await page.reload();
  await page.locator(".b", { hasText: "1" }).waitFor();
}, DESKTOP);

await scenario("embed-api", async ({ page, check }) => {
  await page.addInitScript(() => {
    globalThis.heard = [];
    globalThis.gutenbot = (...call) => (globalThis.gutenbot.q = globalThis.gutenbot.q ?? []).push(call);
    globalThis.gutenbot("on", "message", (detail) => globalThis.heard.push(detail.text));
    globalThis.gutenbot("on", "open", () => globalThis.heard.push("open"));
    globalThis.gutenbot("open");
    globalThis.gutenbot("send", "by the API");
  });
  await page.goto(SITE);
  await panel(page).getByText("You said: by the API").waitFor();
  await page.waitForTimeout(300);
  const heard = await page.evaluate(() => globalThis.heard);
  check(`events: ${heard.join()}`, heard[0] === "open" && heard.includes("You said: by the API"));
  await page.evaluate(() => globalThis.gutenbot("close"));
  check("closed", await page.locator("iframe").isHidden());
  await page.evaluate(() => globalThis.gutenbot("reset"));
  await page.evaluate(() => globalThis.gutenbot("toggle"));
  await panel(page).getByText("You said: by the API").waitFor({ state: "detached" });
  await panel(page).getByText("What would you like to see?", { exact: true }).waitFor();
  check("a new visitor", (await panel(page).getByText("by the API").count()) === 0);
  await page.evaluate(() => globalThis.gutenbot("destroy"));
  check("gone", (await page.locator("iframe").count()) === 0);
}, DESKTOP);

await scenario("embed-mobile", async ({ page, shot }) => {
  await page.goto(`${SITE}/?theme=dark&locale=fr&position=start`);
  await page.getByRole("button", { name: "Chat", exact: true }).click();
  await panel(page).getByPlaceholder("Écrivez un message…").waitFor();
  await panel(page).getByText("What would you like to see?", { exact: true }).waitFor();
  await shot();
}, { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });

await scenario("embed-start-rtl", async ({ page, shot }) => {
  await page.goto(`${SITE}/?locale=fa&position=start&open=true&label=سلام`);
  await panel(page).getByText("What would you like to see?", { exact: true }).waitFor();
  await page.waitForTimeout(300);
  await shot();
}, DESKTOP);

await scenario("hostile-parent", async ({ page, check }) => {
  await page.goto(SITE);
  await page.evaluate((home) => {
    globalThis.heard = [];
    addEventListener("message", (event) => globalThis.heard.push(event.data));
    const frame = document.createElement("iframe");
    frame.id = "hostile";
    frame.src = `${home}/web/shop/page#o=https://bank.example`;
    document.body.append(frame);
    frame.onload = () => setInterval(() => frame.contentWindow.postMessage({ gutenbot: "send", text: "stolen voice" }, "*"), 100);
  }, HOME);
  await page.waitForTimeout(4500);
  check("it hears nothing", (await page.evaluate(() => globalThis.heard.length)) === 0);
  check("it says nothing", (await page.frameLocator("#hostile").getByText("stolen voice").count()) === 0);
}, DESKTOP);

await scenario("inline", async ({ page, shot, check }) => {
  await page.goto(`${HOME}/inline`);
  await page.getByText("What would you like to see?", { exact: true }).waitFor();
  await page.waitForTimeout(200);
  check("in a shadow root", (await page.locator("iframe").count()) === 0);
  await shot();
  await say(page, "hello inline");
  await page.getByText("You said: hello inline").waitFor();
}, { viewport: { width: 800, height: 700 } });

await scenario("page-desktop", async ({ page, shot }) => {
  await start(page);
  await say(page, "all");
  await page.waitForTimeout(1200);
  await shot();
}, DESKTOP);

await stop();
for (const failure of failures) console.log(`FAILED ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
