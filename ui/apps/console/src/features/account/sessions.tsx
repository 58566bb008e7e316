/** Where one is signed in, and how to end that. */
import type { SessionLine } from "@gutenbot/api";
import { Button, ErrorCard, RelativeTime, Section, Skeleton, StatusPill, useApi, useWrite } from "@gutenbot/console";
import { DataGrid } from "@gutenbot/console/grid";
import type { Column } from "@gutenbot/console/grid";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

const SESSIONS = ["account", "sessions"] as const;

export function Sessions(): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const list = useQuery({ queryKey: SESSIONS, queryFn: ({ signal }) => api.get("/api/v1/account/sessions", { signal }) });
  const end = useWrite({
    run: (one: SessionLine) => api.delete("/api/v1/account/sessions/{session}", { path: { session: one.id } }),
    changes: [SESSIONS],
    done: () => t("sessions.ended"),
  });
  const endOthers = useWrite({ run: () => api.delete("/api/v1/account/sessions"), changes: [SESSIONS], done: () => t("sessions.othersEnded") });
  const columns = useMemo(
    (): Column<SessionLine>[] => [
      { id: "agent", title: t("sessions.browser"), cell: (one) => <Browser line={one} /> },
      { id: "address", title: t("audit.address"), cell: (one) => <span dir="ltr">{one.address}</span>, wideOnly: true },
      { id: "seen", title: t("sessions.seen"), cell: (one) => <RelativeTime at={one.seen} /> },
      { id: "created", title: t("sessions.since"), cell: (one) => <RelativeTime at={one.created} />, wideOnly: true },
    ],
    [t],
  );
  const items = list.data?.items ?? [];
  const rowActions = (one: SessionLine) =>
    one.current ? null : (
      <Button small intent="quiet" onClick={() => end.mutate(one)}>
        {t("sessions.end")}
      </Button>
    );
  return (
    <Section title={t("account.sessions")} about={t("sessions.about")} actions={items.length > 1 && <Button busy={endOthers.isPending} onClick={() => endOthers.mutate()}>{t("sessions.endOthers")}</Button>}>
      {list.error && <ErrorCard error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton />}
      {items.length > 0 && <DataGrid label={t("account.sessions")} rows={items} columns={columns} idOf={(one) => one.id} rowActions={rowActions} />}
    </Section>
  );
}

function Browser({ line }: { line: SessionLine }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="gb-row">
      <span title={line.agent}>{agentWords(line.agent) || t("sessions.unknown")}</span>
      {line.current && <StatusPill tone="good">{t("sessions.this")}</StatusPill>}
    </span>
  );
}

/** “Firefox, Linux” of what a browser says of itself. */
export function agentWords(agent: string): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(agent)?.[1] ?? "";
  const system = /Android|iPhone|iPad|Windows|Mac OS X|Linux/.exec(agent)?.[0] ?? "";
  const names: Readonly<Record<string, string>> = { Edg: "Edge", OPR: "Opera", "Mac OS X": "macOS" };
  return [browser, system].filter(Boolean).map((word) => names[word] ?? word).join(", ");
}
