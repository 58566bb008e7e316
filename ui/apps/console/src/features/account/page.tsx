/** My account: who I am, how I sign in, where I am signed in, how the console looks. */
import { Page, PageTabs, useParams } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Look } from "./look";
import { Profile } from "./profile";
import { Security } from "./security";
import { Sessions } from "./sessions";

export default function AccountPage(): ReactNode {
  const { t } = useTranslation();
  const { tab = "profile" } = useParams();
  const tabs = [
    { to: "/account", label: t("account.profile") },
    { to: "/account/security", label: t("account.security") },
    { to: "/account/sessions", label: t("account.sessions") },
    { to: "/account/preferences", label: t("account.preferences") },
  ];
  return (
    <Page title={t("pages.account")} narrow>
      <PageTabs tabs={tabs} label={t("pages.account")} />
      {tab === "security" ? <Security /> : tab === "sessions" ? <Sessions /> : tab === "preferences" ? <Look /> : <Profile />}
    </Page>
  );
}
