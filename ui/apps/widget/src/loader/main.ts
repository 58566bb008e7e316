/**
 * w.js: one script tag puts a launcher on any page. It paints a native button and waits; the chat itself is loaded into an
 * iframe when the visitor shows interest. No framework, no cookie, and at most three kilobytes on the wire.
 */

import { takeCalls } from "./api";
import { defineElement } from "./element";
import { Widget } from "./widget";

const script = document.currentScript as HTMLScriptElement | null;
const base = script ? new URL(".", script.src).href.slice(0, -1) : location.origin;
const attach = takeCalls();
const start = () => attach(new Widget(base, script?.dataset ?? {}));

defineElement(base);
if (script?.dataset.bot) {
  if (document.readyState !== "loading") start();
  else addEventListener("DOMContentLoaded", start);
}
