/** One channel: how it fares, what it can show; and of the web chat, how it looks and how it comes to a site. */
import type { ChannelLine } from "@gutenbot/api";
import { Banner, ErrorCard, Facts, NoPermission, Page, RelativeTime, Section, Skeleton, useBotOrNone, useParams, usePermission } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useChannel } from "./api";
import "./channels.css";
import { State } from "./page";
import { WebChannel } from "./web";

export default function ChannelPage(): ReactNode {
  const { channel = "" } = useParams();
  const mayRead = usePermission("channels:read");
  const query = useChannel(channel, mayRead);
  const bot = useBotOrNone();
  if (!mayRead) return <NoPermission permission="channels:read" />;
  return (
    <Page title={channel}>
      {query.error && <ErrorCard error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton lines={6} />}
      {query.data && (
        <>
          {query.data.reason && <Banner tone="bad">{query.data.reason}</Banner>}
          <Known channel={query.data} />
          {channel === "web" && bot && <WebChannel key={bot.id} bot={bot.id} name={bot.name} />}
          <Capabilities channel={query.data} />
        </>
      )}
    </Page>
  );
}

function Known({ channel }: { channel: ChannelLine }): ReactNode {
  const { t } = useTranslation("channels");
  return (
    <Facts
      of={[
        [t("state"), <State key="state" channel={channel} />],
        [t("in"), <RelativeTime key="in" at={channel.last_in} />],
        [t("out"), <RelativeTime key="out" at={channel.last_out} />],
        [t("taken"), channel.taken],
        [t("said"), channel.said],
        [t("failed"), channel.failed],
        [t("module"), channel.module],
      ]}
    />
  );
}

function Capabilities({ channel }: { channel: ChannelLine }): ReactNode {
  const { t, i18n } = useTranslation("channels");
  const can = channel.capabilities;
  const digits = new Intl.NumberFormat(i18n.language);
  const count = (value: number) => (value > 0 ? digits.format(value) : t("asText"));
  const yes = (value: boolean) => t(value ? "yes" : "no");
  return (
    <Section title={t("capabilities")} about={t("capabilitiesText")}>
      <Facts
        of={[
          [t("can.text"), digits.format(can.text_limit)],
          [t("can.quick_replies"), count(can.quick_replies)],
          [t("can.buttons"), count(can.buttons)],
          [t("can.cards"), yes(can.cards)],
          [t("can.carousel"), count(can.carousel)],
          [t("can.forms"), yes(can.forms)],
          [t("can.media"), can.media.join(", ") || t("no")],
          [t("can.location"), yes(can.location)],
          [t("can.typing"), yes(can.typing)],
        ]}
      />
    </Section>
  );
}
