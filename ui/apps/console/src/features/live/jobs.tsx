/** The tray of long work: how far it is, pause, resume, cancel, and what came out. */
import { Button, Drawer, EmptyState, ErrorCard, IconButton, Link, may, ProgressBar, RelativeTime, Skeleton, StatusPill, useAnnounce, useApi, useSession, useWrite } from "@gutenbot/console";
import type { Tone } from "@gutenbot/console";
import { Download, ListChecks } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isOpen, JOBS, quarter, useJobs } from "./api";
import type { Job } from "./api";
import { Badge } from "./badge";

/** Jobs of core in the person's language; others as their module calls them. */
function useTitle(): (job: Job) => string {
  const { t } = useTranslation("live");
  return (job) => {
    if (job.kind === "audit-export") return t("jobs.kind.auditExport");
    if (job.kind === "dead-letters-replay") return t("jobs.kind.deadLetters", { bot: job.bot ?? "" });
    if (job.kind === "dead-letters-discard") return t("jobs.kind.discard", { bot: job.bot ?? "" });
    if (job.kind === "module-fetch") return t("jobs.kind.moduleFetch", { name: job.title });
    if (job.kind === "module-install") return t("jobs.kind.moduleInstall", { name: job.title });
    if (job.kind === "module-export") return t("jobs.kind.moduleExport", { name: job.title });
    return job.kind === "users-tag" ? t("jobs.kind.tag", { title: job.title }) : job.title;
  };
}

export function JobsTray(): ReactNode {
  const { t } = useTranslation("live");
  const titleOf = useTitle();
  const [open, setOpen] = useState(false);
  const announce = useAnnounce();
  const jobs = useJobs((job, before) => {
    const state = t(`jobs.state.${job.state}`);
    const now = quarter(job);
    if (before?.state !== job.state) announce(t("jobs.saidState", { title: titleOf(job), state }));
    else if (now !== null && now !== quarter(before)) announce(t("jobs.said", { title: titleOf(job), percent: now * 25 }));
  });
  const count = jobs.data?.items.filter((job) => job.state === "running" || job.state === "queued").length ?? 0;
  return (
    <>
      <Badge count={count}>
        <IconButton icon={ListChecks} label={t("jobs.button", { count })} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(true)} />
      </Badge>
      <Drawer title={t("jobs.title")} open={open} onClose={() => setOpen(false)}>
        {jobs.error && <ErrorCard error={jobs.error} onRetry={() => void jobs.refetch()} />}
        {jobs.isPending && <Skeleton />}
        {jobs.data?.items.length === 0 && (
          <EmptyState kind="first-use" icon={ListChecks} title={t("jobs.none")}>
            {t("jobs.noneText")}
          </EmptyState>
        )}
        <ul className="gb-jobs">
          {jobs.data?.items.map((job) => (
            <JobLine key={job.id} job={job} onOpen={() => setOpen(false)} />
          ))}
        </ul>
      </Drawer>
    </>
  );
}

const TONES: Record<Job["state"], Tone> = { queued: "calm", running: "info", paused: "warn", done: "good", failed: "bad", cancelled: "calm" };

function JobLine({ job, onOpen }: { job: Job; onOpen: () => void }): ReactNode {
  const { t } = useTranslation("live");
  const title = useTitle()(job);
  const state = job.wanted === "pause" ? t("jobs.pausing") : job.wanted === "cancel" ? t("jobs.cancelling") : t(`jobs.state.${job.state}`);
  return (
    <li>
      <div className="gb-jobs-head">
        <strong dir="auto">{title}</strong>
        <StatusPill tone={TONES[job.state]}>{state}</StatusPill>
      </div>
      {isOpen(job) && job.total > 0 && <ProgressBar value={job.done} of={job.total} label={t("jobs.progress", { title })} />}
      <p className="gb-faint">
        <Amount job={job} /> · <bdi>{t("jobs.by", { name: job.by.name })}</bdi> · <RelativeTime at={job.ended ?? job.created} />
      </p>
      {job.error && <p dir="auto">{job.error}</p>}
      <Verbs job={job} onOpen={onOpen} />
    </li>
  );
}

const MINUTE_S = 90;
const UNITS = ["lines", "events", "people", "packages", "rows", "stages"] as const;
const isUnit = (unit: string): unit is (typeof UNITS)[number] => (UNITS as readonly string[]).includes(unit);

function Amount({ job }: { job: Job }): ReactNode {
  const { t } = useTranslation("live");
  const unit = isUnit(job.unit) ? t(`jobs.unit.${job.unit}`) : t("jobs.unit.items");
  const parts = [job.total > 0 ? t("jobs.of", { done: job.done, total: job.total, unit }) : t("jobs.so", { done: job.done, unit })];
  if (job.state === "running" && job.rate !== null) parts.push(t("jobs.rate", { rate: job.rate }));
  if (job.eta_s !== null) parts.push(job.eta_s < MINUTE_S ? t("jobs.eta", { seconds: job.eta_s }) : t("jobs.etaMinutes", { minutes: Math.round(job.eta_s / 60) }));
  return <>{parts.join(" · ")}</>;
}

function Verbs({ job, onOpen }: { job: Job; onOpen: () => void }): ReactNode {
  const { t } = useTranslation("live");
  const api = useApi();
  const session = useSession();
  const write = useWrite({
    run: (verb: "pause" | "resume" | "cancel", key) => {
      const options = { path: { job: job.id }, idempotencyKey: key };
      if (verb === "pause") return api.post("/api/v1/jobs/{job}/pause", options);
      return verb === "resume" ? api.post("/api/v1/jobs/{job}/resume", options) : api.post("/api/v1/jobs/{job}/cancel", options);
    },
    changes: [JOBS],
  });
  const mine = job.by.id === session.account.id || may(session, "jobs:write");
  const steer = mine && session.viewing_as === null && job.wanted === null;
  const button = (verb: "pause" | "resume" | "cancel", words: string) => (
    <Button small busy={write.isPending && write.variables === verb} onClick={() => write.mutate(verb)}>
      {words}
    </Button>
  );
  return (
    <div className="gb-jobs-verbs">
      {steer && (job.state === "running" || job.state === "queued") && button("pause", t("jobs.pause"))}
      {steer && job.state === "paused" && button("resume", t("jobs.resume"))}
      {steer && job.state === "failed" && button("resume", t("jobs.again"))}
      {steer && isOpen(job) && button("cancel", t("jobs.cancel"))}
      {job.file && (
        <a className="gb-provider" href={`/api/v1/jobs/${encodeURIComponent(job.id)}/result`} download={job.file}>
          <Download size={16} aria-hidden /> {t("jobs.download", { file: job.file })}
        </a>
      )}
      {job.state === "done" && job.link && (
        <Link to={job.link} onClick={onOpen}>
          {t("jobs.open")}
        </Link>
      )}
    </div>
  );
}
