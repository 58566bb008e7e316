/** A page of the console around one component, for tests. */
import { createClient } from "@gutenbot/api";
import type { Live } from "@gutenbot/api";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render } from "@testing-library/react";
import axe from "axe-core";
import i18next from "i18next";
import ICU from "i18next-icu";
import type { ReactNode } from "react";
import { initReactI18next } from "react-i18next";
import { createMemoryRouter, RouterProvider, useRouteError } from "react-router";
import type { RouteObject } from "react-router";
import { afterEach, vi } from "vitest";
import { AnnounceProvider, CommandsProvider, ConsoleProvider, ShortcutsProvider, Themed, ToastProvider } from "../src";
import type { Preferences, Session } from "../src";
import kit from "../src/locales/en.json";

await i18next.use(ICU).use(initReactI18next).init({ lng: "en", ns: ["kit"], defaultNS: "kit", resources: { en: { kit } }, interpolation: { escapeValue: false } });

afterEach(cleanup);
// The imitated browser has no fonts; text areas wait for them.
Object.defineProperty(document, "fonts", { value: new EventTarget(), configurable: true });

export const SESSION: Session = {
  account: { id: "a1", name: "Ada Lovelace", email: "ada@example.com", locale: "en", preferences: {}, two_factor: false },
  role: "owner",
  permissions: ["users:read", "users:write"],
  viewing_as: null,
  csrf: "word",
  bots: [{ id: "shop", name: "Shop" }],
  environment: "dev",
  version: "0.1.0",
};

export type World = { fetch?: typeof fetch; session?: Partial<Session>; prefer?: (change: Preferences) => void; at?: string; /** Other pages, beside the one with the component. */ pages?: RouteObject[]; live?: Live };

/** What goes wrong in a component goes wrong in its test. */
function Failed(): ReactNode {
  throw useRouteError();
}

/** Draws a component inside everything that the shell gives. */
export function show(children: ReactNode, { fetch: fake, session, prefer = vi.fn(), at = "/", pages = [], live }: World = {}) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const client = createClient(fake ? { fetch: fake } : {});
  const page = (
    <AnnounceProvider>
      <ToastProvider>
        <ShortcutsProvider>
          <CommandsProvider>
            <main>{children}</main>
          </CommandsProvider>
        </ShortcutsProvider>
      </ToastProvider>
    </AnnounceProvider>
  );
  const router = createMemoryRouter([...pages, { path: "*", element: page, ErrorBoundary: Failed }], { initialEntries: [at] });
  return render(
    <QueryClientProvider client={queries}>
      <Themed scheme="light">
        <ConsoleProvider value={{ client, session: { ...SESSION, ...session }, live: live ?? null, prefer }}>
          <RouterProvider router={router} />
        </ConsoleProvider>
      </Themed>
    </QueryClientProvider>,
  );
}

/** What axe finds wrong in the document, colours and page structure aside: those need a real browser and a whole page. */
export async function violations(): Promise<string[]> {
  const found = await axe.run(document.body, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    rules: { "color-contrast": { enabled: false }, "document-title": { enabled: false }, "html-has-lang": { enabled: false } },
  });
  return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`));
}
