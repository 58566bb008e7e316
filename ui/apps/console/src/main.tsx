/** Starts the console: who is signed in and the words are asked for at the same time. */
import "virtual:theme.css";
import "@gutenbot/console/style.css";
import "./styles/shell.css";
import "./styles/module-pages.css";
import "./styles/pages.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { makeClient, makeQueries, SESSION } from "./app/client";
import { keptLook } from "./app/look";
import { startWords } from "./i18n";

async function start(): Promise<void> {
  const root = document.getElementById("root");
  if (root === null) throw new Error("The page has no place for the console.");
  const queries = makeQueries();
  const client = makeClient(queries);
  queries.query({ queryKey: SESSION, queryFn: () => client.get("/api/v1/session") }).catch(() => undefined);
  await startWords(keptLook().locale ?? navigator.language);
  createRoot(root).render(<App client={client} queries={queries} />);
}

void start();
