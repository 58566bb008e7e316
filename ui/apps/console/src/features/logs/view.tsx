/** The lines of the log as they come: in the panel below the page, and on the page of the log. */
import { Banner, Button, EmptyState, ErrorCard, Link, Skeleton, useApi, useLive, useQuery, useSay } from "@gutenbot/console";
import { Pause, Play, RotateCw } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asLine, fits, isGone, joined, MOST, NOTHING, pairs } from "./lines";
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
  const { items, worker } = logs.data;
  return (
    <Lines key={`${JSON.stringify(wanted)} ${worker}`} items={items} wanted={{ ...wanted, worker }} empty={empty} onAgain={() => void logs.refetch()}>
      {small ? <Link to="/logs">{t("logs.open")}</Link> : <span className="gb-faint">{t("logs.worker", { worker })}</span>}
    </Lines>
  );
}

type LinesProps = { /** The newest first. */ items: readonly LogLine[]; wanted: Wanted; empty: ReactNode; onAgain: () => void; children: ReactNode };

/** The lines of one worker: those that it had, and then each as it comes. The server asks another worker than the connected one for them. */
function Lines({ items, wanted: asked, empty, onAgain, children }: LinesProps): ReactNode {
  const { t } = useTranslation("live");
  const [known, setKnown] = useState(items);
  const [lines, setLines] = useState(() => [...items].reverse());
  const [held, setHeld] = useState<LogLine[] | null>(null);
  const [gone, setGone] = useState(false);
  const [wanted] = useState(asked);
  const [after] = useState(() => items[0]?.seq ?? 0);
  if (known !== items) {
    // They were asked for once more: what is new joins in, and who holds the lines goes on holding them.
    setKnown(items);
    setGone(false);
    const newer = [...items].reverse();
    if (held === null) setLines(joined(lines, newer));
    else setHeld(joined(held, newer.filter((line) => line.seq > (lines.at(-1)?.seq ?? 0))));
  }
  const say = useSay("logs");
  const box = useRef<HTMLDivElement>(null);
  useLive(
    "logs",
    (data) => {
      if (isGone(data, wanted.worker)) setGone(true);
      const line = asLine(data);
      if (line === null || !fits(line, wanted)) return;
      if (held === null) setLines((now) => joined(now, [line]));
      else setHeld([...held, line].slice(-MOST));
    },
    LOGS,
    true,
  );
  useEffect(() => say({ ...wanted, after }), [say, wanted, after]);
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
      {gone && (
        <Banner tone="warn" live title={t("logs.gone", { worker: wanted.worker })} actions={<Button small icon={RotateCw} onClick={onAgain}>{t("logs.again")}</Button>} />
      )}
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
