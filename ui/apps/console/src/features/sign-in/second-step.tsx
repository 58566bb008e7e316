/** The second factor: a code of the app, or one of the codes that were written down. */
import type { SecondFactor } from "@gutenbot/api";
import { Button, ErrorCard, TextField, useApi, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Alone } from "./frame";
import { useEnter } from "./use-sign-in";

export function SecondStep({ challenge, onBack }: { challenge: SecondFactor; onBack: () => void }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const enter = useEnter();
  const [kind, setKind] = useState<"totp" | "recovery">(challenge.second_factor.includes("totp") ? "totp" : "recovery");
  const [code, setCode] = useState("");
  const send = useWrite({
    quiet: true,
    run: () => api.post("/api/v1/session/second-factor", { body: { challenge: challenge.challenge, kind, code: code.trim() } }),
    onDone: enter,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    send.mutate();
  };
  const other = kind === "totp" ? "recovery" : "totp";
  return (
    <Alone title={t("second.title")} about={t(`second.${kind}.about`)}>
      <form className="gb-stack" onSubmit={submit}>
        <TextField
          key={kind}
          label={t(`second.${kind}.label`)}
          name="code"
          dir="ltr"
          autoComplete="one-time-code"
          inputMode={kind === "totp" ? "numeric" : "text"}
          required
          autoFocus
          value={code}
          onChange={setCode}
        />
        {send.error && <ErrorCard error={send.error} />}
        <Button type="submit" intent="primary" wide busy={send.isPending}>
          {t("signIn.submit")}
        </Button>
        {challenge.second_factor.includes(other) && (
          <Button intent="quiet" wide onClick={() => setKind(other)}>
            {t(`second.${other}.use`)}
          </Button>
        )}
        <Button intent="quiet" wide onClick={onBack}>
          {t("second.back")}
        </Button>
      </form>
    </Alone>
  );
}
