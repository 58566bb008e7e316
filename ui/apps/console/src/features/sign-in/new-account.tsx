/** Name, address and password of somebody new: for the first person and for those who are invited. */
import { Problem } from "@gutenbot/api";
import { Button, ErrorCard, PasswordField, TextField } from "@gutenbot/console";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";

export type NewAccount = { name: string; email: string; password: string };
const SHORTEST = 12;

export function NewAccountForm({ start, verb, busy, error, onSend }: { start?: Partial<NewAccount>; verb: string; busy: boolean; error: Error | null; onSend: (account: NewAccount) => void }): ReactNode {
  const { t } = useTranslation();
  const [name, setName] = useState(start?.name ?? "");
  const [email, setEmail] = useState(start?.email ?? "");
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const fields = error instanceof Problem ? error.fields : {};
  const short = [...password].length < SHORTEST;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    if (!short) onSend({ name: name.trim(), email: email.trim(), password });
  };
  return (
    <form className="gb-stack" onSubmit={submit}>
      <TextField label={t("field.name")} name="name" autoComplete="name" required dir="auto" error={fields.name} value={name} onChange={setName} />
      <TextField label={t("field.email")} name="email" type="email" autoComplete="username" required dir="ltr" error={fields.email} value={email} onChange={setEmail} />
      <PasswordField
        label={t("field.password")}
        name="password"
        autoComplete="new-password"
        required
        help={t("field.passwordHelp", { least: SHORTEST })}
        error={tried && short ? t("field.passwordShort", { least: SHORTEST }) : fields.password}
        showLabel={t("field.show")}
        value={password}
        onChange={setPassword}
      />
      {error && Object.keys(fields).length === 0 && <ErrorCard error={error} />}
      <Button type="submit" intent="primary" wide busy={busy}>
        {verb}
      </Button>
    </form>
  );
}
