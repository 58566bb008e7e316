/** The settings of the server and of the console. Those of modules are with the modules. */
import { NoPermission, Page, PageTabs, useApi, useParams, usePermission } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import "../modules/modules.css";
import { SectionForm, SETTINGS } from "../modules/section-form";
import { useOwnWords } from "./words";

export default function SettingsPage(): ReactNode {
  const { t } = useTranslation("modules");
  const api = useApi();
  const { tab = "server" } = useParams();
  const mayRead = usePermission("settings:read");
  const mayWrite = usePermission("settings:write");
  const section = tab === "console" ? "console" : "server";
  const words = useOwnWords(section);
  if (!mayRead) return <NoPermission permission="settings:read" />;
  const tabs = [
    { to: "/settings", label: t("settings.server") },
    { to: "/settings/console", label: t("settings.console") },
  ];
  return (
    <Page title={t("settings.title")} purpose={t("settings.purpose")} narrow>
      <PageTabs tabs={tabs} label={t("settings.title")} />
      <SectionForm
        key={section}
        mayWrite={mayWrite}
        source={{
          key: [...SETTINGS, section],
          words,
          read: (signal) => api.get("/api/v1/settings/{section}", { path: { section }, signal }),
          write: (values, revision, idempotencyKey) => api.put("/api/v1/settings/{section}", { path: { section }, body: { values: values, revision }, idempotencyKey }),
        }}
      />
    </Page>
  );
}
