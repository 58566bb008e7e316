/** Installs a module: where it comes from, what it is and needs, then its steps as they are done, then how it went. */
import type { InstalledModule, ModulePackage } from "@gutenbot/api";
import { Banner, Button, CodeView, Dialog, ErrorCard, Facts, LinkButton, Skeleton, useApi, useQuery, useWrite } from "@gutenbot/console";
import { useEffect, useEffectEvent, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { EVERYTHING, useWork } from "./api";
import { Pick, WorkLog } from "./sources";

export type Start = { fetch?: { name: string; version: string }; package?: string };

/** `start`: what is known already, such as a module of the list, or a package that a job has brought. */
export function InstallDialog({ start = {}, onClose }: { start?: Start; onClose: () => void }): ReactNode {
  const { t } = useTranslation("modules");
  const api = useApi();
  const [picked, setPicked] = useState<ModulePackage | null>(null);
  const fetching = useFetching(start);
  const found = usePackage(fetching.package);
  const waiting = picked ?? found.data ?? null;
  const install = useWrite<InstalledModule>({
    quiet: true,
    run: (_, idempotencyKey) => api.post("/api/v1/packages/{package}/install", { path: { package: waiting?.id ?? "" }, idempotencyKey }),
    changes: [EVERYTHING],
  });
  const close = () => {
    if (waiting && !install.data) void api.delete("/api/v1/packages/{package}", { path: { package: waiting.id } }).catch(() => undefined);
    onClose();
  };
  const actions = install.data ? (
    <>
      <Button onClick={close}>{t("install.close")}</Button>
      {install.data.ok && (
        <LinkButton to={`/modules/${encodeURIComponent(install.data.module)}`} intent="primary">
          {t("install.open")}
        </LinkButton>
      )}
    </>
  ) : (
    <>
      <Button onClick={close}>{t("install.cancel")}</Button>
      {waiting && (
        <Button intent="primary" busy={install.isPending} disabled={waiting.obstacles.length > 0} onClick={() => install.mutate()}>
          {t("install.install")}
        </Button>
      )}
    </>
  );
  return (
    <Dialog open wide title={t("install.title")} onClose={close} actions={actions}>
      <div className="gb-stack">
        {install.data ? (
          <Went outcome={install.data} />
        ) : install.isPending && waiting ? (
          <WorkLog id={waiting.id} />
        ) : waiting ? (
          <Sheet of={waiting} />
        ) : fetching.job ? (
          <Fetching job={fetching.job} failed={fetching.failed} />
        ) : fetching.busy || found.isFetching ? (
          <Skeleton lines={4} />
        ) : (
          <Pick onPicked={setPicked} onFetch={fetching.begin} />
        )}
        {[install.error, fetching.error, found.error].map((error, place) => error && <ErrorCard key={place} error={error} />)}
      </div>
    </Dialog>
  );
}

/** Brings a package from the index, as a job that goes on when this is closed; then it waits here. */
function useFetching(start: Start) {
  const api = useApi();
  const write = useWrite({
    quiet: true,
    run: (body: { name: string; version: string }, idempotencyKey) => api.post("/api/v1/packages/from-index", { body, idempotencyKey }),
  });
  const begin = useEffectEvent(() => {
    if (start.fetch && write.isIdle) write.mutate(start.fetch);
  });
  useEffect(() => begin(), []);
  const work = useWork(write.data?.id ?? null);
  const ended = work.data?.ended ?? false;
  const there = ended ? (work.data?.package ?? "") : (start.package ?? "");
  return { begin: (body: { name: string; version: string }) => write.mutate(body), busy: write.isPending, job: write.data?.id ?? null, failed: ended && !there, package: there, error: write.error };
}

function usePackage(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: ["module-package", id],
    queryFn: ({ signal }) => api.get("/api/v1/packages/{package}", { path: { package: id }, signal }),
    enabled: (query) => id !== "" && query.state.data === undefined, // once installed it waits no more
    retry: false,
  });
}

function Fetching({ job, failed }: { job: string; failed: boolean }): ReactNode {
  const { t } = useTranslation("modules");
  const work = useWork(job);
  return (
    <>
      {failed && (
        <Banner tone="bad" live title={t("source.notFetched")}>
          <span dir="auto">{work.data?.lines.at(-1)?.text}</span>
        </Banner>
      )}
      <WorkLog id={job} />
    </>
  );
}

function Sheet({ of }: { of: ModulePackage }): ReactNode {
  const { t } = useTranslation("modules");
  const facts: (readonly [string, ReactNode])[] = [
    [t("detail.distribution"), of.distribution],
    [t("detail.version"), of.installed ? `${of.installed} → ${of.version}` : of.version],
    [t("detail.publisher"), of.publisher],
    [t("detail.licence"), of.licence],
    [t("detail.requires"), of.requires.join(", ")],
    [t("install.along"), of.along.join(", ")],
    [t("install.hash"), <code key="hash" className="gb-wrap" dir="ltr">{of.sha256}</code>],
  ];
  return (
    <>
      <h3 dir="auto">{of.module}</h3>
      {of.summary && <p dir="auto">{of.summary}</p>}
      {of.obstacles.map((one) => (
        <Banner key={one} tone="bad">
          {one}
        </Banner>
      ))}
      {of.obstacles.length === 0 && <Banner tone="good">{t("install.fits")}</Banner>}
      <Banner tone="warn">{t("detail.trust")}</Banner>
      <Facts of={facts.filter(([, value]) => Boolean(value))} />
      {of.installed && of.news && (
        <details open>
          <summary>{t("install.news", { version: of.installed })}</summary>
          <pre className="gb-words">{of.news}</pre>
        </details>
      )}
      {of.readme.trim() && (
        <details>
          <summary>{t("detail.readme")}</summary>
          <pre className="gb-words">{of.readme.trim()}</pre>
        </details>
      )}
    </>
  );
}

function Went({ outcome }: { outcome: InstalledModule }): ReactNode {
  const { t } = useTranslation("modules");
  return (
    <>
      {outcome.ok ? (
        <Banner tone="good" live title={t(outcome.pending ? "install.pending" : "install.done", { name: outcome.module, version: outcome.version })} />
      ) : (
        <Banner tone="bad" live title={t("install.failed", { name: outcome.module })}>
          <span dir="auto">{outcome.reason}</span>
          <p>{t("install.rolledBack")}</p>
        </Banner>
      )}
      {outcome.traceback && (
        <details>
          <summary>{t("traceback")}</summary>
          <CodeView text={outcome.traceback} label={t("tracebackOf", { name: outcome.module })} />
        </details>
      )}
      <CodeView text={outcome.log.join("\n")} label={t("install.log")} />
    </>
  );
}
