/** Which sites may show the chat. */
import type { SettingsSection } from "@gutenbot/api";
import { Button, ErrorCard, Section, TextAreaField, useApi, usePermission, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { MODULE } from "./web";

export function Origins({ bot, section }: { bot: string; section: SettingsSection }): ReactNode {
  const { t } = useTranslation("channels");
  const api = useApi();
  const mayWrite = usePermission("modules:write");
  const setting = section.settings.origins;
  const before = Array.isArray(setting?.value) ? (setting.value as string[]).join("\n") : "";
  const [text, setText] = useState(before);
  const save = useWrite({
    quiet: true,
    run: (_: void, idempotencyKey) => {
      const origins = text.split(/\s+/).filter(Boolean);
      return api.put("/api/v1/modules/{module}/settings", { path: { module: MODULE }, query: { bot }, body: { values: { origins }, revision: section.revision }, idempotencyKey });
    },
    changes: [["settings", MODULE, bot]],
    done: () => t("web.saved"),
  });
  const locked = setting?.locked ?? "";
  return (
    <Section title={t("web.origins")} about={t("web.originsText")}>
      <div className="gb-stack">
        <TextAreaField label={t("web.origins")} help={locked ? t("web.locked", { where: locked }) : t("web.originsHelp")} value={text} onChange={setText} disabled={!mayWrite || locked !== ""} />
        {save.error && <ErrorCard error={save.error} />}
        {text !== before && (
          <div className="gb-actions">
            <Button onClick={() => setText(before)}>{t("web.discard")}</Button>
            <Button intent="primary" busy={save.isPending} onClick={() => save.mutate()}>
              {t("web.save")}
            </Button>
          </div>
        )}
      </div>
    </Section>
  );
}
