/** What is done less often in the playground: time, events, transcripts, personas. */
import type { PlaySession } from "@gutenbot/api";
import { Button, Dialog, ErrorCard, Menu, TextAreaField, TextField, useApi, useWrite } from "@gutenbot/console";
import { Clock, Ellipsis, FileDown, UserPlus, Zap } from "lucide-react";
import { useState } from "react";
import type { ReactNode, SubmitEvent } from "react";
import { useTranslation } from "react-i18next";

type Props = { bot: string; session: PlaySession; onPass: (seconds: number) => void; onChanged: () => void };
const HOUR_S = 3600;
const SPANS = [
  ["hour", HOUR_S],
  ["day", 24 * HOUR_S],
  ["week", 7 * 24 * HOUR_S],
] as const;

export function MoreMenu({ bot, session, onPass, onChanged }: Props): ReactNode {
  const { t } = useTranslation("playground");
  const [open, setOpen] = useState<"event" | "persona" | null>(null);
  const record = () => {
    const link = document.createElement("a");
    link.href = `/api/v1/bots/${encodeURIComponent(bot)}/playground/${encodeURIComponent(session.id)}/transcript`;
    link.download = `${bot}.chat.md`;
    link.click();
  };
  return (
    <>
      <Menu
        width={280}
        entries={[
          { label: t("record"), icon: FileDown, onClick: record },
          { label: t("saveAs"), icon: UserPlus, onClick: () => setOpen("persona"), disabled: session.conversation === null },
          { label: t("event"), icon: Zap, onClick: () => setOpen("event"), disabled: session.conversation === null },
          "line",
          { heading: t("pass") },
          ...SPANS.map(([name, seconds]) => ({ label: t(`later.${name}`), icon: Clock, onClick: () => onPass(seconds) })),
        ]}
      >
        <Button small icon={Ellipsis}>
          {t("more")}
        </Button>
      </Menu>
      {open === "event" && <EventDialog bot={bot} session={session.id} onClose={() => setOpen(null)} onChanged={onChanged} />}
      {open === "persona" && session.conversation && <PersonaDialog bot={bot} conversation={session.conversation} onClose={() => setOpen(null)} />}
    </>
  );
}

function EventDialog({ bot, session, onClose, onChanged }: { bot: string; session: string; onClose: () => void; onChanged: () => void }): ReactNode {
  const { t } = useTranslation("playground");
  const api = useApi();
  const [name, setName] = useState("");
  const [data, setData] = useState("{}");
  const value = objectOf(data);
  const emit = useWrite({
    quiet: true,
    run: (_: void, idempotencyKey) => api.post("/api/v1/bots/{bot}/playground/{session}/events", { path: { bot, session }, body: { name, data: value ?? {} }, idempotencyKey }),
    onDone: () => {
      onClose();
      onChanged();
    },
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (value !== null) emit.mutate();
  };
  return (
    <Dialog open title={t("eventTitle")} onClose={onClose}>
      <form className="gb-stack" onSubmit={submit}>
        <TextField label={t("eventName")} required value={name} onChange={setName} dir="ltr" />
        <TextAreaField label={t("eventData")} value={data} onChange={setData} error={value === null ? t("eventWrong") : undefined} />
        {emit.error && <ErrorCard error={emit.error} />}
        <div className="gb-actions">
          <Button type="submit" intent="primary" busy={emit.isPending} disabled={name.trim() === "" || value === null}>
            {t("eventSend")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function objectOf(text: string): Record<string, unknown> | null {
  try {
    const found: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    return typeof found === "object" && found !== null && !Array.isArray(found) ? (found as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function PersonaDialog({ bot, conversation, onClose }: { bot: string; conversation: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation("playground");
  const api = useApi();
  const [name, setName] = useState("");
  const save = useWrite({
    quiet: true,
    run: async (_: void, idempotencyKey) => {
      const { user } = await api.get("/api/v1/bots/{bot}/conversations/{conversation}", { path: { bot, conversation } });
      return api.put("/api/v1/bots/{bot}/personas/{persona}", { path: { bot, persona: name.trim() }, body: { user }, idempotencyKey });
    },
    changes: [["personas", bot]],
    done: () => t("personaSaved"),
    onDone: onClose,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog open title={t("saveAs")} onClose={onClose}>
      <form className="gb-stack" onSubmit={submit}>
        <TextField label={t("personaName")} required maxLength={60} value={name} onChange={setName} dir="auto" />
        {save.error && <ErrorCard error={save.error} />}
        <div className="gb-actions">
          <Button type="submit" intent="primary" busy={save.isPending} disabled={name.trim() === ""}>
            {t("personaSave")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
