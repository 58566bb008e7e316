/** The lines of the log as they come: in the panel below the page, and on the page of the log. */
import { Button, EmptyState, ErrorCard, Link, Skeleton, useApi, useLive, useQuery, useSay } from "@gutenbot/console";
import { Pause, Play, RotateCw } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asLine, fits, joined, MOST, NOTHING, pairs } from "./lines";
import type { LogLine, Wanted } from "./lines";

const FIRST = 200;
const LOGS = ["logs"] as const;

export function useLogs(wanted: Wanted) {
  const api = useApi();
  const query = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== ""));
  return useQuery({
    queryKey: [...LOGS, wanted],
    queryFn: ({ signal }) => api.get("/api/v1/logs", { query: { limit: FIRST, ...query }, signal }),
    refetchOnWindowFocus: false,
    staleTime: 0,
  });
}

export function LogView({ wanted = NOTHING, small, empty }: { wanted?: Wanted; small?: boolean; empty?: ReactNode }): ReactNode {
  const { t } = useTranslation("live");
  const logs = useLogs(wanted);
  if (logs.error) return <ErrorCard error={logs.error} onRetry={() => void logs.refetch()} />;
  if (logs.isPending) return <Skeleton />;
  if (wanted.worker !== "") return <Fetched lines={[...logs.data.items].reverse()} worker={logs.data.worker} empty={empty} busy={logs.isFetching} onAgain={() => void logs.refetch()} />;
  return (
    <Lines key={`${JSON.stringify(wanted)} ${logs.dataUpdatedAt}`} first={[...logs.data.items].reverse()} wanted={wanted} empty={empty}>
      {small ? <Link to="/logs">{t("logs.open")}</Link> : <span className="gb-faint">{t("logs.worker", { worker: logs.data.worker })}</span>}
    </Lines>
  );
}

function Lines({ first, wanted, empty, children }: { first: LogLine[]; wanted: Wanted; empty: ReactNode; children: ReactNode }): ReactNode {
  const { t } = useTranslation("live");
  const [lines, setLines] = useState(first);
  const [held, setHeld] = useState<LogLine[] | null>(null);
  const say = useSay("logs");
  const box = useRef<HTMLDivElement>(null);
  useLive(
    "logs",
    (data) => {
      const line = asLine(data);
      if (line === null || !fits(line, wanted)) return;
      if (held === null) setLines((now) => joined(now, [line]));
      else setHeld([...held, line].slice(-MOST));
    },
    LOGS,
  );
  useEffect(() => say(wanted), [say, wanted]);
  useEffect(() => {
    if (held === null && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines, held]);
  const follow = () => {
    setLines((now) => joined(now, held ?? []));
    setHeld(null);
  };
  return (
    <>
      <div className="gb-logs-bar">
        <Button small icon={held ? Play : Pause} aria-pressed={held !== null} onClick={held ? follow : () => setHeld([])}>
          {t(held ? "logs.follow" : "logs.pause")}
        </Button>
        {held && <span className="gb-faint">{t("logs.paused", { count: held.length })}</span>}
        {children}
      </div>
      {lines.length === 0 ? (
        (empty ?? <EmptyState kind="first-use" title={t("logs.quiet")} />)
      ) : (
        <div className="gb-logs-lines" ref={box} tabIndex={0} role="log" aria-live="off" aria-label={t("logs.list")}>
          <ol>
            {lines.map((line) => (
              <Line key={line.seq} line={line} />
            ))}
          </ol>
        </div>
      )}
    </>
  );
}

/** Lines of another worker: as they were when it was asked. */
function Fetched({ lines, worker, empty, busy, onAgain }: { lines: LogLine[]; worker: string; empty: ReactNode; busy: boolean; onAgain: () => void }): ReactNode {
  const { t } = useTranslation("live");
  return (
    <>
      <div className="gb-logs-bar">
        <Button small icon={RotateCw} busy={busy} onClick={onAgain}>
          {t("logs.again")}
        </Button>
        <span className="gb-faint">{t("logs.worker", { worker })}</span>
      </div>
      {lines.length === 0 ? (
        (empty ?? <EmptyState kind="first-use" title={t("logs.quiet")} />)
      ) : (
        <div className="gb-logs-lines" tabIndex={0} role="log" aria-live="off" aria-label={t("logs.list")}>
          <ol>
            {lines.map((line) => (
              <Line key={line.seq} line={line} />
            ))}
          </ol>
        </div>
      )}
    </>
  );
}

/** Everything is text: nothing that was logged can become a part of the page. */
function Line({ line }: { line: LogLine }): ReactNode {
  const { t } = useTranslation("live");
  return (
    <>
      {!!line.skipped && <li data-level="skipped">+{t("logs.skipped", { count: line.skipped })}</li>}
      <li data-level={line.level}>
        <time dateTime={line.at}>{new Date(line.at).toLocaleTimeString("en-GB")}</time> {line.level.toUpperCase()} {line.logger} <b>{line.event}</b> <bdi>{pairs(line)}</bdi>
        {line.traceback && (
          <details>
            <summary>{t("logs.traceback")}</summary>
            <pre>{line.traceback}</pre>
          </details>
        )}
      </li>
    </>
  );
}
