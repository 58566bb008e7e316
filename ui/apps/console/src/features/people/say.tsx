/** Says something to a person in the name of the bot. */
import { Banner, Button, Dialog, ErrorCard, TextAreaField, useApi, usePermission, useWrite } from "@gutenbot/console";
import { Send } from "lucide-react";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";

export function SayToUser({ bot, user, name }: { bot: string; user: string; name: string }): ReactNode {
  const { t } = useTranslation();
  const mayWrite = usePermission("users:write");
  const [open, setOpen] = useState(false);
  if (!mayWrite) return null;
  return (
    <>
      <Button icon={Send} onClick={() => setOpen(true)}>
        {t("say.verb")}
      </Button>
      {open && <SayDialog bot={bot} user={user} name={name} onClose={() => setOpen(false)} />}
    </>
  );
}

function SayDialog({ bot, user, name, onClose }: { bot: string; user: string; name: string; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const [text, setText] = useState("");
  const send = useWrite({
    quiet: true,
    run: (_: void, key) => api.post("/api/v1/bots/{bot}/users/{user}/messages", { path: { bot, user }, body: { text, key }, idempotencyKey: key }),
    changes: [["users", bot]],
    done: () => t("say.sent", { name }),
    onDone: onClose,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <Dialog open title={t("say.to", { name })} onClose={onClose}>
      <form className="gb-stack" onSubmit={submit}>
        <Banner tone="info">{t("say.about")}</Banner>
        <TextAreaField label={t("say.text")} required value={text} onChange={setText} />
        {send.error && <ErrorCard error={send.error} />}
        <div className="gb-actions">
          <Button onClick={onClose}>{t("word.cancel")}</Button>
          <Button type="submit" intent="primary" busy={send.isPending} disabled={text.trim() === ""}>
            {t("say.send")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
