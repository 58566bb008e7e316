/** Codes of an app as the second factor, and the codes for the day when the phone is lost. */
import { Banner, Button, CopyField, Dialog, ErrorCard, PasswordField, Section, StatusPill, TextField, useApi, useSession, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { SESSION } from "../../app/client";
import { QrCode } from "./qr";

export function TwoFactor(): ReactNode {
  const { t } = useTranslation();
  const on = useSession().account.two_factor;
  const [doing, setDoing] = useState<"on" | "off" | null>(null);
  return (
    <Section
      title={t("totp.title")}
      about={t("totp.about")}
      actions={
        <Button intent={on ? "default" : "primary"} onClick={() => setDoing(on ? "off" : "on")}>
          {t(on ? "totp.turnOff" : "totp.turnOn")}
        </Button>
      }
    >
      <div>{on ? <StatusPill tone="good">{t("team.on")}</StatusPill> : <StatusPill tone="warn">{t("team.off")}</StatusPill>}</div>
      {doing === "on" && <TurnOn onClose={() => setDoing(null)} />}
      {doing === "off" && <TurnOff onClose={() => setDoing(null)} />}
    </Section>
  );
}

function TurnOn({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const [code, setCode] = useState("");
  const start = useWrite({ quiet: true, run: () => api.post("/api/v1/account/totp") });
  const confirm = useWrite({ quiet: true, run: () => api.post("/api/v1/account/totp/confirm", { body: { code: code.trim() } }), changes: [SESSION] });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  if (confirm.data) return <RecoveryCodes codes={confirm.data.recovery_codes} onClose={onClose} />;
  if (!start.data) {
    return (
      <Dialog open title={t("totp.turnOnTitle")} onClose={onClose} actions={<Button intent="primary" busy={start.isPending} onClick={() => start.mutate()}>{t("totp.begin")}</Button>}>
        <p>{t("totp.need")}</p>
        {start.error && <ErrorCard error={start.error} />}
      </Dialog>
    );
  }
  return (
    <Dialog open title={t("totp.turnOnTitle")} onClose={onClose}>
      <form className="gb-stack" onSubmit={submit}>
        <p>{t("totp.scan")}</p>
        <QrCode text={start.data.uri} label={t("totp.qr")} />
        <CopyField value={start.data.secret} label={t("totp.secret")} />
        <TextField label={t("second.totp.label")} inputMode="numeric" autoComplete="one-time-code" dir="ltr" required value={code} onChange={setCode} />
        {confirm.error && <ErrorCard error={confirm.error} />}
        <Button type="submit" intent="primary" busy={confirm.isPending}>
          {t("totp.confirm")}
        </Button>
      </form>
    </Dialog>
  );
}

function RecoveryCodes({ codes, onClose }: { codes: readonly string[]; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <Dialog open title={t("totp.codes")} onClose={onClose} actions={<Button intent="primary" onClick={onClose}>{t("totp.kept")}</Button>}>
      <div className="gb-stack">
        <Banner tone="warn">{t("totp.codesText")}</Banner>
        <ul className="gb-codes" dir="ltr">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <CopyField value={codes.join(" ")} label={t("totp.codes")} />
      </div>
    </Dialog>
  );
}

function TurnOff({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const [password, setPassword] = useState("");
  const off = useWrite({
    quiet: true,
    run: () => api.delete("/api/v1/account/totp", { body: { password } }),
    changes: [SESSION],
    done: () => t("totp.isOff"),
    onDone: onClose,
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    off.mutate();
  };
  return (
    <Dialog open title={t("totp.turnOffTitle")} onClose={onClose}>
      <form className="gb-stack" onSubmit={submit}>
        <p>{t("totp.offText")}</p>
        <PasswordField label={t("account.currentPassword")} autoComplete="current-password" required showLabel={t("field.show")} value={password} onChange={setPassword} />
        {off.error && <ErrorCard error={off.error} />}
        <Button type="submit" intent="danger" busy={off.isPending}>
          {t("totp.turnOff")}
        </Button>
      </form>
    </Dialog>
  );
}
