/** All channels of the server. */
import type { ChannelLine } from "@gutenbot/api";
import { EmptyState, ErrorCard, LinkButton, NoPermission, Page, RelativeTime, Skeleton, StatusPill, usePermission } from "@gutenbot/console";
import { DataGrid } from "@gutenbot/console/grid";
import type { Column } from "@gutenbot/console/grid";
import { useMemo } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useChannels } from "./api";

export default function ChannelsPage(): ReactNode {
  const { t } = useTranslation("channels");
  const mayRead = usePermission("channels:read");
  const channels = useChannels(mayRead);
  const columns = useMemo(
    (): Column<ChannelLine>[] => [
      { id: "name", title: t("channel"), cell: (one) => <bdi>{one.name}</bdi> },
      { id: "state", title: t("state"), cell: (one) => <State channel={one} /> },
      { id: "in", title: t("in"), cell: (one) => <RelativeTime at={one.last_in} /> },
      { id: "out", title: t("out"), cell: (one) => <RelativeTime at={one.last_out} />, wideOnly: true },
      { id: "taken", title: t("taken"), cell: (one) => one.taken, numeric: true, wideOnly: true },
      { id: "said", title: t("said"), cell: (one) => one.said, numeric: true, wideOnly: true },
      { id: "failed", title: t("failed"), cell: (one) => one.failed, numeric: true },
      { id: "module", title: t("module"), cell: (one) => one.module, wideOnly: true },
    ],
    [t],
  );
  if (!mayRead) return <NoPermission permission="channels:read" />;
  return (
    <Page title={t("title")} purpose={t("purpose")}>
      {channels.error && <ErrorCard error={channels.error} onRetry={() => void channels.refetch()} />}
      {channels.isPending && <Skeleton lines={4} />}
      {channels.data?.items.length === 0 && (
        <EmptyState kind="first-use" title={t("none")} action={<LinkButton to="/modules">{t("modules")}</LinkButton>}>
          {t("noneText")}
        </EmptyState>
      )}
      {channels.data && channels.data.items.length > 0 && (
        <>
          <DataGrid label={t("title")} rows={channels.data.items} columns={columns} idOf={(one) => one.name} linkOf={(one) => `/channels/${encodeURIComponent(one.name)}`} />
          <p className="gb-faint">{t("since")}</p>
        </>
      )}
    </Page>
  );
}

/** How a channel is, in a word. */
export function State({ channel }: { channel: ChannelLine }): ReactNode {
  const { t } = useTranslation("channels");
  const failing = channel.state !== "live";
  return <StatusPill tone={failing ? "bad" : "good"}>{t(failing ? "states.failing" : "states.live")}</StatusPill>;
}
