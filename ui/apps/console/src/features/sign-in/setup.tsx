/** The first page of a new server: its first person becomes the owner. The link of the terminal brings the token. */
import type { SignedOut } from "@gutenbot/api";
import { Banner, LinkButton, TextField, useApi, useConsole, useWrite } from "@gutenbot/console";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Navigate } from "react-router";
import { SESSION } from "../../app/client";
import { Alone, newLocale, tokenOfLink } from "./frame";
import { NewAccountForm } from "./new-account";
import type { NewAccount } from "./new-account";
import { useEnter } from "./use-sign-in";

export default function SetupPage(): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const enter = useEnter();
  const { session } = useConsole();
  const state = useQueryClient().getQueryData<SignedOut>(SESSION);
  const [token, setToken] = useState(tokenOfLink);
  const [fromLink] = useState(token !== "");
  const make = useWrite({
    quiet: true,
    run: (account: NewAccount) => api.post("/api/v1/setup", { body: { token: token.trim(), locale: newLocale(), ...account } }),
    onDone: enter,
  });
  if (session !== null) return <Navigate to="/" replace />;
  if (state && !state.setup_needed) {
    return (
      <Alone title={t("setup.title")}>
        <Banner tone="info">{t("setup.done")}</Banner>
        <LinkButton to="/sign-in" intent="primary">
          {t("signIn.title")}
        </LinkButton>
      </Alone>
    );
  }
  return (
    <Alone title={t("setup.title")} about={t("setup.about")}>
      {!fromLink && <TextField label={t("setup.token")} help={t("setup.tokenHelp")} name="token" dir="ltr" required autoComplete="off" value={token} onChange={setToken} />}
      <NewAccountForm verb={t("setup.submit")} busy={make.isPending} error={make.error} onSend={(account) => make.mutate(account)} />
    </Alone>
  );
}
