/** Documents of modules that are shown where they reach nothing: no session, no address but their own files. They ask by messages. */
import type { Client } from "@gutenbot/api";
import { useModule } from "@gutenbot/console";
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import type { PageShape } from "./api";

type Asked = { id: number; method: string; path: string; query?: Record<string, unknown>; body?: unknown };

/** The page in its frame, and the bridge: one port, through which only routes of this module are reached. */
export function SandboxPage({ page, title, client }: { page: PageShape; title: string; client: Client }): ReactNode {
  const module = useModule();
  const frame = useRef<HTMLIFrameElement>(null);
  const { name, values, language } = module;
  useEffect(() => {
    let port: MessagePort | null = null;
    const token = scopedToken(client, name);
    const hear = (event: MessageEvent<unknown>) => {
      if (event.source !== frame.current?.contentWindow || event.data !== "gutenbot:hello") return;
      const channel = new MessageChannel();
      port?.close();
      port = channel.port1;
      port.onmessage = (message: MessageEvent<Asked>) => void answer(channel.port1, message.data, token, name);
      // The document has no origin that could be named; it is the only one that has this frame.
      frame.current.contentWindow?.postMessage({ gutenbot: "welcome", module: name, values, language }, "*", [channel.port2]);
    };
    window.addEventListener("message", hear);
    return () => {
      window.removeEventListener("message", hear);
      port?.close();
    };
  }, [client, name, values, language]);
  return <iframe ref={frame} className="gb-sandbox" sandbox="allow-scripts allow-forms" referrerPolicy="no-referrer" src={module.file(page.file)} title={title} />;
}

/** A token that is good for the routes of one module, for some minutes; renewed when it is nearly over. */
function scopedToken(client: Client, module: string): () => Promise<string> {
  let known: { token: string; until: number } | null = null;
  return async () => {
    if (known === null || known.until < Date.now()) {
      const given = await client.post("/api/v1/console/modules/{module}/token", { path: { module } });
      known = { token: given.token, until: Date.now() + (given.seconds - 30) * 1000 };
    }
    return known.token;
  };
}

const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);

async function answer(port: MessagePort, asked: Asked, token: () => Promise<string>, module: string): Promise<void> {
  try {
    const address = addressOf(asked, module);
    const response = await fetch(address, {
      method: asked.method,
      credentials: "omit",
      headers: { Accept: "application/json", Authorization: `Bearer ${await token()}`, ...(asked.body !== undefined && { "Content-Type": "application/json" }) },
      ...(asked.body !== undefined && { body: JSON.stringify(asked.body) }),
    });
    const text = await response.text();
    port.postMessage({ id: asked.id, status: response.status, body: text === "" ? null : (JSON.parse(text) as unknown) });
  } catch (error) {
    port.postMessage({ id: asked.id, status: 0, body: { detail: error instanceof Error ? error.message : "" } });
  }
}

/** The address of a route of this module. Throws for every other. */
function addressOf({ method, path, query }: Asked, module: string): string {
  const below = `/api/v1/m/${module}/`;
  const address = new URL(`/api/v1/m/${module}${path}`, location.origin);
  if (!METHODS.has(method) || !path.startsWith("/") || address.origin !== location.origin || !address.pathname.startsWith(below)) throw new Error("That is no route of this module.");
  for (const [name, value] of Object.entries(query ?? {})) address.searchParams.append(name, String(value));
  return address.href;
}
