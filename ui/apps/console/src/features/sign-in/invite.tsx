/** An invitation that is taken: who invites, to which role; then name, address and password. */
import { Banner, ErrorCard, Skeleton, useApi, useConsole, useWrite } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRoleTitle } from "../../shell/use-role-title";
import { Alone, newLocale, tokenOfLink } from "./frame";
import { NewAccountForm } from "./new-account";
import type { NewAccount } from "./new-account";
import { useEnter } from "./use-sign-in";

export default function InvitePage(): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const enter = useEnter();
  const { session } = useConsole();
  const [token] = useState(tokenOfLink);
  const invite = useQuery({ queryKey: ["invite", token], queryFn: ({ signal }) => api.get("/api/v1/invites/by-token/{token}", { path: { token }, signal }), retry: false, enabled: token !== "" });
  const role = useRoleTitle(invite.data?.role ?? "");
  const accept = useWrite({
    quiet: true,
    run: (account: NewAccount) => api.post("/api/v1/invites/by-token/{token}", { path: { token }, body: { locale: newLocale(), ...account } }),
    onDone: enter,
  });
  return (
    <Alone title={t("invite.title")} about={invite.data && t("invite.about", { by: invite.data.by, role })}>
      {session !== null && <Banner tone="warn">{t("invite.signedIn", { name: session.account.name })}</Banner>}
      {token === "" && <Banner tone="bad">{t("invite.noToken")}</Banner>}
      {invite.error && <ErrorCard error={invite.error} />}
      {invite.isFetching && !invite.data && <Skeleton lines={4} />}
      {invite.data && (
        <NewAccountForm
          start={{ name: invite.data.name, email: invite.data.email }}
          verb={t("invite.submit")}
          busy={accept.isPending}
          error={accept.error}
          onSend={(account) => accept.mutate(account)}
        />
      )}
    </Alone>
  );
}
