/** The web chat of one bot: connect, look, sites, visitors, size. */
import { Section, useApi, usePermission, useQuery } from "@gutenbot/console";
import { Link } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LookEditor } from "./look";
import { Origins } from "./origins";
import { RoundTrip } from "./round-trip";
import { Size } from "./size";
import { identitySnippets, Snippets, webSnippets } from "./snippets";

export const MODULE = "channel-web";
const PATH = "/api/v1/modules/{module}/settings" as const;

/** The settings of the web chat for a bot. */
function useWebSettings(bot: string, enabled: boolean) {
  const api = useApi();
  return useQuery({ queryKey: ["settings", MODULE, bot], queryFn: ({ signal }) => api.get(PATH, { path: { module: MODULE }, query: { bot }, signal }), enabled });
}

export function WebChannel({ bot, name }: { bot: string; name: string }): ReactNode {
  const { t } = useTranslation("channels");
  const mayRead = usePermission("modules:read");
  const settings = useWebSettings(bot, mayRead);
  const secret = settings.data?.settings.identity_secret?.value;
  return (
    <>
      <Section title={t("web.connect")} about={t("web.connectText")}>
        <div className="gb-stack">
          <Snippets title={t("web.snippet")} of={webSnippets(bot, t)} />
          <RoundTrip bot={bot} />
        </div>
      </Section>
      {settings.data && <LookEditor key={`look ${settings.data.revision}`} bot={bot} name={name} section={settings.data} />}
      {settings.data && <Origins key={`origins ${settings.data.revision}`} bot={bot} section={settings.data} />}
      <Section title={t("web.identity")} about={t(secret ? "web.identityOn" : "web.identityOff")}>
        <Snippets title={t("web.identityText")} of={identitySnippets(t)} />
      </Section>
      <Size bot={bot} />
      {mayRead && (
        <p>
          <Link to={`/modules/${MODULE}/settings?bot=${encodeURIComponent(bot)}`}>{t("web.all")}</Link>
        </p>
      )}
    </>
  );
}
