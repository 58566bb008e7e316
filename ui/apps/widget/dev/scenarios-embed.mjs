/** The chat on foreign pages: launcher, panel, API, a hostile page, the inline element. */

/* global document, addEventListener */

import { HOME, SITE, axe, dev, say } from "./browser.mjs";

const panel = (page) => page.frameLocator("iframe");
const DESKTOP = { viewport: { width: 1200, height: 820 } };

export async function embeds(scenario) {
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
    await panel(page).locator(".bubble", { hasText: "You said: by the API" }).waitFor();
    await page.waitForTimeout(300);
    const heard = await page.evaluate(() => globalThis.heard);
    check(`events: ${heard.join()}`, heard[0] === "open" && heard.includes("You said: by the API"));
    await page.evaluate(() => globalThis.gutenbot("close"));
    check("closed", await page.locator("iframe").isHidden());
    await page.evaluate(() => globalThis.gutenbot("reset"));
    await page.evaluate(() => globalThis.gutenbot("toggle"));
    await panel(page).locator(".bubble", { hasText: "You said: by the API" }).waitFor({ state: "detached" });
    await panel(page).getByText("What would you like to see?", { exact: true }).waitFor();
    check("a new visitor", (await panel(page).locator(".bubble", { hasText: "by the API" }).count()) === 0);
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

  await scenario("inline-foreign", async ({ page, shot, check }) => {
    await page.goto(`${SITE}/inline?theme=card`);
    await panel(page).getByText("What would you like to see?", { exact: true }).waitFor();
    check("no close button", (await panel(page).getByRole("button", { name: "Close chat" }).count()) === 0);
    await page.waitForTimeout(200);
    await shot();
    await page.evaluate(() => document.querySelector("bot-chat").remove());
    await page.waitForTimeout(100);
    check("gone with its element", page.frames().length === 1);
  }, { viewport: { width: 800, height: 700 } });

  await scenario("embed-next-page", async ({ page, check }) => {
    await page.goto(SITE);
    await page.getByRole("button", { name: "Chat", exact: true }).click();
    await panel(page).getByText("What would you like to see?", { exact: true }).waitFor();
    await page.goto(`${SITE}/?next=page`);
    await panel(page).getByText("What would you like to see?", { exact: true }).waitFor();
    check("the page keeps the focus", await page.evaluate(() => document.activeElement === document.body));
  }, DESKTOP);
}
