/** Starts the server anew, so that a version that waits counts. The page says what happens, and loads itself again when it is there. */
import { Banner, Button, Dialog, ErrorCard, Skeleton, useApi, usePermission, useQuery, useWrite } from "@gutenbot/console";
import { RefreshCw } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

const SERVER = ["server"] as const;
const ASK_MS = 1000;
const LATE_MS = 60_000;
/** So many answers in a row must come from workers that are new: any of them may answer. */
const CALM = 6;

function useServer(enabled: boolean, often = false) {
  const api = useApi();
  return useQuery({ queryKey: SERVER, queryFn: ({ signal }) => api.get("/api/v1/server", { signal }), enabled, retry: false, ...(often && { refetchInterval: ASK_MS, staleTime: 0 }) });
}

/** The button, where somebody may press it and the server knows how. */
export function RestartServer({ version }: { version: string }): ReactNode {
  const { t } = useTranslation("modules");
  const may = usePermission("server:restart");
  const server = useServer(may);
  const [open, setOpen] = useState(false);
  if (!may || !server.data?.restart) return null;
  return (
    <>
      <Button icon={RefreshCw} intent="primary" onClick={() => setOpen(true)}>
        {t("server.button", { version })}
      </Button>
      {open && <Asking workers={server.data.restart === "workers"} onClose={() => setOpen(false)} />}
    </>
  );
}

function Asking({ workers, onClose }: { workers: boolean; onClose: () => void }): ReactNode {
  const { t } = useTranslation("modules");
  const api = useApi();
  const [asked, setAsked] = useState<string | null>(null);
  const write = useWrite({
    quiet: true,
    run: (_: void, idempotencyKey) => api.post("/api/v1/server/restart", { idempotencyKey }),
    onDone: (found) => setAsked(found.started ?? ""),
  });
  const actions = asked === null && (
    <>
      <Button onClick={onClose}>{t("install.cancel")}</Button>
      <Button intent="primary" busy={write.isPending} onClick={() => write.mutate()}>
        {t("server.confirm")}
      </Button>
    </>
  );
  return (
    <Dialog open title={t(asked === null ? "server.title" : "server.going")} onClose={onClose} actions={actions}>
      <div className="gb-stack">
        {asked === null ? <p>{t(workers ? "server.workers" : "server.text")}</p> : <Waiting since={asked} workers={workers} />}
        {write.error && <ErrorCard error={write.error} />}
      </div>
    </Dialog>
  );
}

/** Asks until a new process answers: there is no live connection to hear it from. */
function Waiting({ since, workers }: { since: string; workers: boolean }): ReactNode {
  const { t } = useTranslation("modules");
  const server = useServer(true, true);
  const calm = useRef(0);
  const [late, setLate] = useState(false);
  const { data, dataUpdatedAt, isError } = server;
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    const isNew = !isError && data !== undefined && !data.restarting && data.waiting.length === 0 && (data.started ?? "") > (workers ? "" : since);
    calm.current = isNew ? calm.current + 1 : 0;
    if (calm.current >= (workers ? CALM : 1)) location.reload(); // the pages of modules are new as well
  }, [data, dataUpdatedAt, isError, since, workers]);
  return (
    <>
      <Banner tone="info" live title={t("server.going")}>
        {t(workers ? "server.rolling" : "server.goingText")}
      </Banner>
      <Skeleton lines={2} />
      {late && <Banner tone="warn">{t("server.late")}</Banner>}
    </>
  );
}
