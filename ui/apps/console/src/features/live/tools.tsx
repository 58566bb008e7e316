/** What the top bar hears live: jobs, notifications, and the log below the page. Loaded after the page is there. */
import { IconButton, usePermission, useShortcut } from "@gutenbot/console";
import { Terminal } from "lucide-react";
import { lazy, Suspense } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePanels } from "../../shell/panels";
import { Bell } from "./bell";
import { JobsTray } from "./jobs";
import "./live.css";

/** For the page of notifications: from here, so that all of it stays one file. */
export { NOTIFICATIONS, useNotifications } from "./api";
export { AllRead, Target, TONES } from "./bell";

/** Only who opens the panel needs it. */
const LogView = lazy(() => import("../logs/view").then((found) => ({ default: found.LogView })));

export default function LiveTools(): ReactNode {
  const mayLogs = usePermission("logs:read");
  return (
    <>
      {mayLogs && <LogsToggle />}
      <JobsTray />
      <Bell />
    </>
  );
}

const LOGS = "logs";

function LogsToggle(): ReactNode {
  const { t } = useTranslation("live");
  const { shown, show, close } = usePanels();
  const open = shown.bottom?.id === LOGS;
  const toggle = () => (open ? close("bottom") : show("bottom", { id: LOGS, title: t("logs.title"), content: <Suspense fallback={null}><LogView small /></Suspense> }));
  useShortcut({ id: "logs", keys: "mod+j", label: t("logs.panel"), section: t("shortcuts.everywhere", { ns: "console" }) }, toggle);
  return (
    <span className="gb-wide-only">
      <IconButton icon={Terminal} label={t("logs.panel")} keys="mod+j" onClick={toggle} aria-expanded={open} />
    </span>
  );
}
