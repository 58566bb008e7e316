/**
 * w.js: one script tag puts a launcher on any page. It paints a native button and waits; the chat itself is loaded into an
 * iframe when the visitor shows interest. No framework, no cookie, and at most a few kilobytes.
 */

import { Api } from "./api";
import { defineElement } from "./element";
import { Widget } from "./widget";

const script = document.currentScript as HTMLScriptElement | null;

function start(): void {
  const base = script === null ? location.origin : new URL(".", script.src).href.replace(/\/$/, "");
  defineElement(base);
  const api = new Api();
  const data = script?.dataset;
  if (!data?.bot) return;
  const { bot, locale = "", theme = "", userToken = "", position = "", open = "", preload } = data;
  const make = () => api.attach(new Widget({ base, bot, locale, theme, userToken, position, open: open === "true", preload: preload !== undefined }));
  if (document.body) make();
  else addEventListener("DOMContentLoaded", make);
}

start();
