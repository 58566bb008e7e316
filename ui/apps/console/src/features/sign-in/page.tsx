/** Sign in: password, then a second factor where there is one; a passkey; the accounts of the house. */
import type { SecondFactor, SignedOut } from "@gutenbot/api";
import { Banner, Button, ErrorCard, PasswordField, TextField, useApi, useConsole, useWrite } from "@gutenbot/console";
import { useQueryClient } from "@tanstack/react-query";
import { Fingerprint } from "lucide-react";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useLocation, useSearchParams } from "react-router";
import { SESSION } from "../../app/client";
import { nextPage } from "../../app/guarded";
import { Alone } from "./frame";
import { askPasskey, hasPasskeys, wasCancelled } from "./passkey";
import { SecondStep } from "./second-step";
import { useEnter } from "./use-sign-in";

export default function SignInPage(): ReactNode {
  const { t } = useTranslation();
  const { session } = useConsole();
  const [search] = useSearchParams();
  const [challenge, setChallenge] = useState<SecondFactor | null>(null);
  const ended = (useLocation().state as { ended?: boolean } | null)?.ended === true;
  const state = useQueryClient().getQueryData<SignedOut>(SESSION);
  if (session !== null) return <Navigate to={nextPage(search.get("next"))} replace />;
  if (state?.setup_needed) return <Navigate to="/setup" replace />;
  if (challenge) return <SecondStep challenge={challenge} onBack={() => setChallenge(null)} />;
  return (
    <Alone title={t("signIn.title")}>
      {ended && <Banner tone="info">{t("signIn.ended")}</Banner>}
      {state?.methods.oidc.map((provider) => (
        <a key={provider.id} className="gb-provider" href={`/api/v1/oidc/${encodeURIComponent(provider.id)}/start?return_to=${encodeURIComponent(`/console${nextPage(search.get("next"))}`)}`}>
          {t("signIn.with", { provider: provider.name })}
        </a>
      ))}
      {(state?.methods.password ?? true) && <PasswordForm onSecond={setChallenge} />}
      {state?.methods.passkey && hasPasskeys() && <PasskeyButton />}
    </Alone>
  );
}

function PasswordForm({ onSecond }: { onSecond: (challenge: SecondFactor) => void }): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const enter = useEnter();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useWrite({
    quiet: true,
    run: () => api.post("/api/v1/session", { body: { email: email.trim(), password } }),
    onDone: (found) => ("challenge" in found ? onSecond(found) : enter(found)),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form className="gb-stack" onSubmit={submit}>
      <TextField label={t("field.email")} name="email" type="email" autoComplete="username webauthn" dir="ltr" required autoFocus value={email} onChange={setEmail} />
      <PasswordField label={t("field.password")} name="password" autoComplete="current-password" required showLabel={t("field.show")} value={password} onChange={setPassword} />
      {signIn.error && <ErrorCard error={signIn.error} />}
      <Button type="submit" intent="primary" wide busy={signIn.isPending}>
        {t("signIn.submit")}
      </Button>
    </form>
  );
}

function PasskeyButton(): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const enter = useEnter();
  const signIn = useWrite({
    quiet: true,
    run: async () => {
      const options = await api.post("/api/v1/session/passkey/options");
      const credential = await askPasskey(options);
      return api.post("/api/v1/session/passkey", { body: { credential } });
    },
    onDone: enter,
  });
  return (
    <>
      <Button wide icon={Fingerprint} busy={signIn.isPending} onClick={() => signIn.mutate()}>
        {t("signIn.passkey")}
      </Button>
      {signIn.error && !wasCancelled(signIn.error) && <ErrorCard error={signIn.error} />}
    </>
  );
}
