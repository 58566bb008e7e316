/** How everything looks, and how it is used with a keyboard: every message, the menu, themes, directions, sizes. */

/* global document, innerWidth */

import { axe, bubbles, composer, dev, say, start } from "./browser.mjs";

export async function looks(scenario) {
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


  await scenario("page-desktop", async ({ page, shot }) => {
    await start(page);
    await say(page, "all");
    await page.waitForTimeout(1200);
    await shot();
  }, { viewport: { width: 1200, height: 820 } });
}
