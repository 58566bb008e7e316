/** What people are told, and what of it one has read. */
import { Button, Drawer, EmptyState, ErrorCard, IconButton, Link, RelativeTime, Skeleton, StatusPill, useAnnounce, useApi, useWrite } from "@gutenbot/console";
import type { Tone } from "@gutenbot/console";
import { Bell as BellIcon, Check, CheckCheck } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NOTIFICATIONS, useNotifications } from "./api";
import type { Told } from "./api";
import { Badge } from "./badge";

export function Bell(): ReactNode {
  const { t } = useTranslation("live");
  const [open, setOpen] = useState(false);
  const announce = useAnnounce();
  const told = useNotifications(announce);
  const count = told.data?.unread ?? 0;
  const items = told.data?.items ?? [];
  return (
    <>
      <Badge count={count}>
        <IconButton icon={BellIcon} label={t("bell.button", { count })} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(true)} />
      </Badge>
      <Drawer title={t("bell.title")} open={open} onClose={() => setOpen(false)}>
        {told.error && <ErrorCard error={told.error} onRetry={() => void told.refetch()} />}
        {told.isPending && <Skeleton />}
        {told.data && items.length === 0 && <EmptyState kind="first-use" icon={BellIcon} title={t("bell.none")}>{t("bell.noneText")}</EmptyState>}
        <div className="gb-jobs-verbs">
          {count > 0 && <AllRead upTo={items[0]?.id ?? ""} />}
          <Link to="/notifications" onClick={() => setOpen(false)}>
            {t("bell.page")}
          </Link>
        </div>
        <ul className="gb-told">
          {items.map((one) => (
            <Line key={one.id} told={one} onOpen={() => setOpen(false)} />
          ))}
        </ul>
      </Drawer>
    </>
  );
}

export function AllRead({ upTo }: { upTo: string }): ReactNode {
  const { t } = useTranslation("live");
  const api = useApi();
  const write = useWrite({ run: () => api.post("/api/v1/notifications/read", { body: { up_to: upTo } }), changes: [NOTIFICATIONS] });
  return (
    <Button small icon={CheckCheck} busy={write.isPending} disabled={upTo === ""} onClick={() => write.mutate()}>
      {t("bell.all")}
    </Button>
  );
}

export const TONES: Record<Told["level"], Tone> = { info: "info", warning: "warn", error: "bad" };

function Line({ told, onOpen }: { told: Told; onOpen: () => void }): ReactNode {
  const { t } = useTranslation("live");
  const api = useApi();
  const write = useWrite({ run: () => api.post("/api/v1/notifications/{notification}/read", { path: { notification: told.id } }), changes: [NOTIFICATIONS], quiet: true });
  const opened = () => {
    if (!told.read) write.mutate();
    onOpen();
  };
  return (
    <li data-unread={told.read ? undefined : ""}>
      <div className="gb-jobs-head">
        <StatusPill tone={TONES[told.level]}>{t(`bell.level.${told.level}`)}</StatusPill>
        <span className="gb-faint">
          {told.times > 1 && `${t("bell.times", { times: told.times })} `}
          <RelativeTime at={told.last} />
        </span>
        {!told.read && (
          <>
            <span className="gb-unseen">{t("bell.unread")}</span>
            <IconButton icon={Check} label={t("bell.read")} onClick={() => write.mutate()} />
          </>
        )}
      </div>
      <p dir="auto">{told.message}</p>
      <p className="gb-faint">
        {told.module !== "core" && <bdi>{t("bell.from", { module: told.module })} </bdi>}
        {told.link && <Target link={told.link} onOpen={opened} />}
      </p>
    </li>
  );
}

export function Target({ link, about, onOpen }: { link: string; /** For people who do not see beside what it stands. */ about?: string; onOpen: () => void }): ReactNode {
  const { t } = useTranslation("live");
  if (link.startsWith("/")) {
    return (
      <Link to={link} onClick={onOpen}>
        {t("bell.open")}
        {about && <span className="gb-unseen">: {about}</span>}
      </Link>
    );
  }
  return (
    <a href={link} target="_blank" rel="noreferrer" onClick={onOpen}>
      {t("bell.open")}
      {about && <span className="gb-unseen">: {about}</span>}
    </a>
  );
}
