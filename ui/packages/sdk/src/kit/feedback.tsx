/** States of a page and of things: empty, failed, loading, well or not. Always an icon and words, never colour alone. */
import { Problem, Unreachable } from "@gutenbot/api";
import { Ban, CircleCheck, CircleDashed, CircleX, Inbox, Info, Lock, PowerOff, SearchX, TriangleAlert } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button";
import { RelativeTime } from "./time";

export type Tone = "good" | "warn" | "bad" | "info" | "calm" | "human";
const ICONS: Record<Tone, LucideIcon> = { good: CircleCheck, warn: TriangleAlert, bad: CircleX, info: Info, calm: CircleDashed, human: Info };

/** A state in a word. */
export function StatusPill({ tone, children }: { tone: Tone; children: ReactNode }): ReactNode {
  const Icon = ICONS[tone];
  return (
    <span className="gb-pill" data-tone={tone}>
      <Icon size={13} aria-hidden />
      {children}
    </span>
  );
}

/** A notice that belongs to a page or a part of it. */
export function Banner({ tone = "info", title, children, actions, live }: { tone?: Tone; title?: string; children?: ReactNode; actions?: ReactNode; live?: boolean }): ReactNode {
  const Icon = ICONS[tone];
  return (
    <div className="gb-banner" data-tone={tone} role={live ? "alert" : undefined}>
      <Icon size={18} aria-hidden />
      <div className="gb-banner-words">
        {title && <strong>{title}</strong>}
        {children && <div>{children}</div>}
      </div>
      {actions && <div className="gb-banner-actions">{actions}</div>}
    </div>
  );
}

export type EmptyKind = "first-use" | "no-match" | "no-permission" | "off";
const EMPTY_ICONS: Record<EmptyKind, LucideIcon> = { "first-use": Inbox, "no-match": SearchX, "no-permission": Lock, off: PowerOff };

/** Why there is nothing here, and the one thing to do about it. */
export function EmptyState({ kind, title, children, action, icon }: { kind: EmptyKind; title: string; children?: ReactNode; action?: ReactNode; icon?: LucideIcon }): ReactNode {
  const Icon = icon ?? EMPTY_ICONS[kind];
  return (
    <div className="gb-empty" data-kind={kind}>
      <Icon size={28} aria-hidden />
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

/** What the person may not see, and who can change that. */
export function NoPermission({ permission }: { permission: string }): ReactNode {
  const { t } = useTranslation("kit");
  return (
    <EmptyState kind="no-permission" title={t("noPermission.title")}>
      {t("noPermission.text", { permission })}
    </EmptyState>
  );
}

/** What went wrong, where the data should be. `asOf` says how old the data is that is still shown. */
export function ErrorCard({ error, onRetry, asOf }: { error: unknown; onRetry?: () => void; asOf?: number | undefined }): ReactNode {
  const { t } = useTranslation("kit");
  const { title, detail, id } = useErrorWords(error);
  if (error instanceof Problem && error.status === 403) {
    return <EmptyState kind="no-permission" title={t("noPermission.title")} icon={Ban}>{error.detail}</EmptyState>;
  }
  return (
    <Banner
      tone="bad"
      {...(title !== undefined && { title })}
      live
      actions={
        onRetry && (
          <Button small onClick={onRetry}>
            {t("retry")}
          </Button>
        )
      }
    >
      {detail}
      {id && (
        <div className="gb-faint">
          {t("error.id")} <code>{id}</code>
        </div>
      )}
      {asOf !== undefined && asOf > 0 && (
        <div className="gb-faint">
          {t("error.asOf")} <RelativeTime at={asOf} />
        </div>
      )}
    </Banner>
  );
}

/** What the kit knows to say, in the person's language; else as the server says it. A plain mistake of theirs needs no heading and no number. */
function useErrorWords(error: unknown): { title?: string; detail: string; id: string } {
  const { t, i18n } = useTranslation("kit");
  if (error instanceof Unreachable) return { title: t("error.unreachable"), detail: "", id: "" };
  if (!(error instanceof Problem)) return { title: t("error.unexpected"), detail: error instanceof Error ? error.message : "", id: "" };
  const say = (id: string): string | null => {
    const words: unknown = i18n.exists(id, { ns: "kit" }) ? t(id as never, { seconds: error.retryAfterS ?? 0 } as never) : null;
    return typeof words === "string" ? words : null;
  };
  const known = say(`problem.${error.code}`);
  if (known !== null) return { detail: known, id: "" };
  return { title: say(`problem.status.${error.status}`) ?? error.title, detail: error.detail, id: error.requestId };
}

/** Lines where text will be. */
export function Skeleton({ lines = 3, label }: { lines?: number; label?: string }): ReactNode {
  const { t } = useTranslation("kit");
  return (
    <div className="gb-skeleton" role="status" aria-label={label ?? t("loading")}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  );
}

/** How far something is, of a whole that is known. */
export function ProgressBar({ value, of, label }: { value: number; of: number; label: string }): ReactNode {
  return <progress className="gb-progress" value={value} max={of} aria-label={label} />;
}
