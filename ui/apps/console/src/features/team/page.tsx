/** The team: people, invitations, roles. */
import { Button, NoPermission, Page, PageTabs, useParams, usePermission } from "@gutenbot/console";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { InviteDialog } from "./invite-dialog";
import { Invites } from "./invites";
import { People } from "./people";
import { Roles } from "./roles";

export default function TeamPage(): ReactNode {
  const { t } = useTranslation();
  const { tab = "people" } = useParams();
  const mayRead = usePermission("accounts:read");
  const mayInvite = usePermission("accounts:write");
  const [inviting, setInviting] = useState(false);
  if (!mayRead) return <NoPermission permission="accounts:read" />;
  const invite = mayInvite && (
    <Button intent="primary" icon={UserPlus} onClick={() => setInviting(true)}>
      {t("team.invite")}
    </Button>
  );
  const tabs = [
    { to: "/team", label: t("team.people") },
    { to: "/team/invites", label: t("team.invites") },
    { to: "/team/roles", label: t("team.roles") },
  ];
  return (
    <Page title={t("pages.team")} purpose={t("team.purpose")} actions={invite}>
      <PageTabs tabs={tabs} label={t("pages.team")} />
      {tab === "invites" ? <Invites onInvite={() => setInviting(true)} /> : tab === "roles" ? <Roles /> : <People onInvite={mayInvite ? () => setInviting(true) : undefined} />}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Page>
  );
}
