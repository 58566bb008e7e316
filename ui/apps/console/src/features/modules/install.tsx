/** Installs a module: where it comes from, what it is and needs, then its steps as they are done, then how it went. */
import type { InstalledModule, ModulePackage } from "@gutenbot/api";
import { Banner, Button, CodeView, Dialog, ErrorCard, Facts, LinkButton, Skeleton, useApi, useQuery, useQueryClient, useWrite } from "@gutenbot/console";
import { useEffect, useEffectEvent, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { MarkdownText } from "../../markdown/view";
import { EVERYTHING, useAttempt, useWork } from "./api";
import { RestartServer } from "./restart-server";
import { Pick, WorkLog } from "./sources";
import { Stages } from "./stages";

export type Start = { fetch?: { name: string; version: string }; package?: string };

/** `start`: what is known already, such as a module of the list, or a package that a job has brought. */
export function InstallDialog({ start = {}, onClose }: { start?: Start; onClose: () => void }): ReactNode {
  const { t } = useTranslation("modules");
  const api = useApi();
  const [picked, setPicked] = useState<ModulePackage | null>(null);
  const fetching = useFetching(start);
  const found = usePackage(fetching.package);
  const waiting = picked ?? found.data ?? null;
  const installing = useInstalling(waiting?.id ?? "");
  const close = () => {
    if (waiting && !installing.job) void api.delete("/api/v1/packages/{package}", { path: { package: waiting.id } }).catch(() => undefined);
    onClose();
  };
  const failed = (fetching.failed && !waiting) || installing.outcome?.ok === false;
  const actions = (
    <>
      <Button onClick={close}>{t(installing.job !== null || failed ? "install.close" : "install.cancel")}</Button>
      {failed && (
        <Button intent="primary" onClick={installing.job ? installing.retry : fetching.retry}>
          {t("install.again")}
        </Button>
      )}
      {waiting && !installing.job && (
        <Button intent="primary" busy={installing.busy} disabled={waiting.obstacles.length > 0} onClick={installing.begin}>
          {t("install.install")}
        </Button>
      )}
      {installing.outcome?.ok && (
        <LinkButton to={`/modules/${encodeURIComponent(installing.outcome.module)}`} intent="primary">
          {t("install.open")}
        </LinkButton>
      )}
    </>
  );
  return (
    <Dialog open wide title={t("install.title")} onClose={close} actions={actions}>
      <div className="gb-stack">
        {installing.job ? (
          <Installing job={installing.job} outcome={installing.outcome} />
        ) : waiting ? (
          <Sheet of={waiting} />
        ) : fetching.job ? (
          <Fetching job={fetching.job} failed={fetching.failed} />
        ) : fetching.busy || found.isFetching ? (
          <Skeleton lines={4} />
        ) : (
          <Pick onPicked={setPicked} onFetch={fetching.begin} />
        )}
        {[installing.error, fetching.error, found.error].map((error, place) => error && <ErrorCard key={place} error={error} />)}
      </div>
    </Dialog>
  );
}

/** Installs a package, as a job that goes on when this is closed. */
function useInstalling(waiting: string) {
  const api = useApi();
  const queries = useQueryClient();
  const write = useWrite({
    quiet: true,
    run: (_: void, idempotencyKey) => api.post("/api/v1/packages/{package}/install", { path: { package: waiting }, idempotencyKey }),
  });
  const job = write.data?.id ?? null;
  const attempt = useAttempt(job);
  const outcome = attempt.over ? (attempt.work?.outcome ?? null) : null;
  const over = outcome !== null;
  useEffect(() => {
    if (over) void queries.invalidateQueries({ queryKey: EVERYTHING });
  }, [over, queries]);
  return { begin: () => write.mutate(), busy: write.isPending, job, outcome, retry: attempt.retry, error: write.error ?? attempt.error };
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
  const job = write.data?.id ?? null;
  const attempt = useAttempt(job);
  const there = attempt.over ? (attempt.work?.package ?? "") : job === null ? (start.package ?? "") : "";
  return {
    begin: (body: { name: string; version: string }) => write.mutate(body),
    busy: write.isPending,
    job,
    failed: attempt.over && !there,
    package: there,
    retry: attempt.retry,
    error: write.error ?? attempt.error,
  };
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
          <MarkdownText text={of.news} deeper={2} />
        </details>
      )}
      {of.readme.trim() && (
        <details>
          <summary>{t("detail.readme")}</summary>
          <MarkdownText text={of.readme} deeper={2} />
        </details>
      )}
    </>
  );
}

/** The stages of an installation with its log, then how it went. */
function Installing({ job, outcome }: { job: string; outcome: InstalledModule | null }): ReactNode {
  const { t } = useTranslation("modules");
  return (
    <>
      {outcome?.ok && <Banner tone="good" live title={t(outcome.pending ? "install.pending" : "install.done", { name: outcome.module, version: outcome.version })} />}
      {outcome?.pending && (
        <span>
          <RestartServer version={`${outcome.module} ${outcome.version}`} />
        </span>
      )}
      {outcome?.ok === false && (
        <Banner tone="bad" live title={t("install.failed", { name: outcome.module })}>
          <span dir="auto">{outcome.reason}</span>
          <p>{t("install.rolledBack")}</p>
        </Banner>
      )}
      <Stages job={job} outcome={outcome} />
      {outcome?.traceback && (
        <details>
          <summary>{t("traceback")}</summary>
          <CodeView text={outcome.traceback} label={t("tracebackOf", { name: outcome.module })} />
        </details>
      )}
      <WorkLog id={job} />
      {outcome === null && <p className="gb-faint">{t("install.goesOn")}</p>}
    </>
  );
}
