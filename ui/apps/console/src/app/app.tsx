/** Everything around the pages: data, theme, words, notices, keyboard. */
import type { Client } from "@gutenbot/api";
import { AnnounceProvider, CommandsProvider, ConsoleProvider, ErrorCard, ShortcutsProvider, Themed, ToastProvider } from "@gutenbot/console";
import { QueryClientProvider } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import { RouterProvider } from "react-router";
import { speak } from "../i18n";
import { keepLook, keptLook, useScheme } from "./look";
import { makeRouter } from "./routes";
import { useConsoleValue, useSessionState } from "./session";

/** The console, for a client and its data. */
export function App({ client, queries }: { client: Client; queries: QueryClient }): ReactNode {
  return (
    <QueryClientProvider client={queries}>
      <Inside client={client} />
    </QueryClientProvider>
  );
}

function Inside({ client }: { client: Client }): ReactNode {
  const [router] = useState(makeRouter);
  const state = useSessionState(client);
  const value = useConsoleValue(client, state.data);
  const preferences = value.session?.account.preferences;
  const scheme = useScheme(preferences?.scheme ?? keptLook().scheme);
  const locale = value.session?.account.locale;
  useEffect(() => {
    if (locale) {
      keepLook({ locale });
      void speak(locale);
    }
  }, [locale]);
  useEffect(() => {
    if (preferences?.scheme) keepLook({ scheme: preferences.scheme });
    if (preferences?.density) keepLook({ density: preferences.density });
  }, [preferences]);
  return (
    <Themed scheme={scheme}>
      <ConsoleProvider value={value}>
        <AnnounceProvider>
          <ToastProvider>
            <ShortcutsProvider>
              <CommandsProvider>
                {state.data ? (
                  <RouterProvider router={router} />
                ) : (
                  state.error && (
                    <main className="gb-alone">
                      <ErrorCard error={state.error} onRetry={() => void state.refetch()} />
                    </main>
                  )
                )}
              </CommandsProvider>
            </ShortcutsProvider>
          </ToastProvider>
        </AnnounceProvider>
      </ConsoleProvider>
    </Themed>
  );
}
