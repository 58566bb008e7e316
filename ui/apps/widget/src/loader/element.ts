/** `<bot-chat bot="shop" mode="inline">`: only the name is here; what it does comes when a page uses it. */

declare const __INLINE__: string;

type Inline = typeof globalThis & { gutenbotInline?: (element: HTMLElement, base: string) => void };

export function defineElement(base: string): void {
  if (customElements.get("bot-chat")) return;
  customElements.define(
    "bot-chat",
    class extends HTMLElement {
      connectedCallback(): void {
        const script = document.createElement("script");
        script.src = `${base}/web/assets/${__INLINE__}`;
        script.onload = () => (globalThis as Inline).gutenbotInline?.(this, base);
        document.head.append(script);
      }
    },
  );
}
