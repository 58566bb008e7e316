/** A message of a new visitor on the real channel, and how long the answer took: the proof that it works. */
import { Banner, Button, useWrite } from "@gutenbot/console";
import { Send } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

const WAIT_S = 20;
type Trip = { ms: number; answer: string | null };
type Json = Record<string, unknown>;

export function RoundTrip({ bot }: { bot: string }): ReactNode {
  const { t } = useTranslation("channels");
  const trip = useWrite<Trip>({ quiet: true, run: () => travel(bot) });
  return (
    <div className="gb-stack">
      <p className="gb-faint">{t("web.testText")}</p>
      <span>
        <Button intent="primary" icon={Send} busy={trip.isPending} onClick={() => trip.mutate()}>
          {t("web.test")}
        </Button>
      </span>
      {trip.data && (
        <Banner tone={trip.data.answer === null ? "warn" : "good"} live>
          {trip.data.answer === null ? t("web.testSilent", { ms: trip.data.ms, seconds: WAIT_S }) : t("web.testOk", { ms: trip.data.ms })}
          {trip.data.answer && <div dir="auto">{t("web.testAnswer", { text: trip.data.answer })}</div>}
        </Banner>
      )}
      {trip.error && (
        <Banner tone="bad" live>
          {t("web.testFailed", { reason: trip.error.message })}
        </Banner>
      )}
    </div>
  );
}

/** The words of the protocol, as the widget says them. */
async function travel(bot: string): Promise<Trip> {
  const root = `/web/${encodeURIComponent(bot)}`;
  const { visitor } = await call(`${root}/session`, "", { locale: navigator.language });
  const { id } = await call(`${root}/conversations`, String(visitor), {});
  const thread = `${root}/conversations/${String(id)}/messages`;
  const started = performance.now();
  const { n } = await call(thread, String(visitor), { id: crypto.randomUUID(), event: { type: "message", body: "hello" } });
  const taken = Math.round(performance.now() - started);
  const { entries } = await call(`${thread}?after=${Number(n)}&wait=${WAIT_S}`, String(visitor));
  const answer = (Array.isArray(entries) ? (entries as Json[]) : []).find((one) => one.dir === "out");
  if (!answer) return { ms: taken, answer: null };
  const body = answer.body as Json;
  return { ms: Math.round(performance.now() - started), answer: typeof body.text === "string" ? body.text.slice(0, 200) : String(body.type) };
}

async function call(path: string, visitor: string, body?: unknown): Promise<Json> {
  const headers = { ...(visitor && { authorization: `Visitor ${visitor}` }), ...(body !== undefined && { "content-type": "application/json" }) };
  const answer = await fetch(path, { method: body === undefined ? "GET" : "POST", headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const found = (await answer.json()) as Json;
  if (!answer.ok) throw new Error(typeof found.detail === "string" ? found.detail : `${answer.status}`);
  return found;
}
