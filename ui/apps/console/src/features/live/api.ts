/** Jobs and notifications: what the server has of them, kept in step by the live connection. */
import { useApi, useLive, useQuery, useQueryClient } from "@gutenbot/console";
import type { Client } from "@gutenbot/console";

export const JOBS = ["jobs"] as const;
export const NOTIFICATIONS = ["notifications"] as const;
export type Job = Awaited<ReturnType<typeof askJobs>>["items"][number];
export type Told = Awaited<ReturnType<typeof askTold>>["items"][number];

const askJobs = (api: Client, signal: AbortSignal) => api.get("/api/v1/jobs", { query: { limit: 20 }, signal });
const askTold = (api: Client, signal: AbortSignal) => api.get("/api/v1/notifications", { query: { limit: 30 }, signal });

/** The latest jobs; `changed` hears of each as it goes on. */
export function useJobs(changed?: (job: Job, before: Job | undefined) => void) {
  const api = useApi();
  const queries = useQueryClient();
  useLive(
    "jobs",
    (data) => {
      const job = asJob(data);
      if (job === null) return;
      const known = queries.getQueryData<{ items: Job[] }>(JOBS);
      changed?.(job, known?.items.find((one) => one.id === job.id));
      queries.setQueryData<{ items: Job[]; next: string | null }>(JOBS, (now) => now && { ...now, items: withJob(now.items, job) });
    },
    JOBS,
  );
  return useQuery({ queryKey: JOBS, queryFn: ({ signal }) => askJobs(api, signal), staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false });
}

/** What people are told, with how much of it is unread. */
export function useNotifications(came?: (message: string) => void) {
  const api = useApi();
  const queries = useQueryClient();
  useLive(
    "notifications",
    (data) => {
      const message = (data as { message?: unknown } | null)?.message;
      if (typeof message === "string") came?.(message);
      void queries.invalidateQueries({ queryKey: NOTIFICATIONS });
    },
    NOTIFICATIONS,
  );
  return useQuery({ queryKey: NOTIFICATIONS, queryFn: ({ signal }) => askTold(api, signal), staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false });
}

const MOMENTS = ["created", "started", "changed", "ended"] as const;

/** The live connection tells moments as numbers, the API as texts. */
export function asJob(data: unknown): Job | null {
  if (typeof data !== "object" || data === null || typeof (data as { id?: unknown }).id !== "string") return null;
  const job: Record<string, unknown> = { ...data };
  for (const name of MOMENTS) {
    const at = job[name];
    job[name] = typeof at === "number" && at > 0 ? new Date(at).toISOString() : null;
  }
  return job as unknown as Job;
}

/** The list with a job in its place, the newest first. */
export function withJob(jobs: readonly Job[], job: Job): Job[] {
  const known = jobs.some((one) => one.id === job.id);
  return known ? jobs.map((one) => (one.id === job.id ? job : one)) : [job, ...jobs];
}

export const isOpen = (job: Job): boolean => job.state === "queued" || job.state === "running" || job.state === "paused";

/** How far it is in quarters; null where nobody knows how much there is. */
export function quarter(job: Pick<Job, "done" | "total">): number | null {
  return job.total > 0 ? Math.min(4, Math.floor((job.done / job.total) * 4)) : null;
}
