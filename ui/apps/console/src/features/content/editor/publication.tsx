/** How far a publication is: sent, on so many workers, live everywhere; and the way back. */
import { Banner, Button, ExactTime, LinkButton, ProgressBar, useBot, usePermission } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { usePublish } from "./use-publish";

export function PublicationBar({ publication, item }: { publication: ReturnType<typeof usePublish>; item: string }): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBot();
  const mayTry = usePermission("playground:use");
  const { state, undo, dismiss } = publication;
  const close = (
    <Button small intent="quiet" onClick={dismiss}>
      {t("word.close")}
    </Button>
  );
  switch (state.phase) {
    case "idle":
      return null;
    case "sending":
      return <Banner tone="info" title={t("publish.sending")} />;
    case "spreading":
      return (
        <Banner tone="info" title={t("publish.spreading", { on: state.release.live_on, of: state.release.workers })}>
          <ProgressBar value={state.release.live_on} of={state.release.workers} label={t("publish.workers")} />
        </Banner>
      );
    case "scheduled":
      return (
        <Banner tone="info" title={t("publish.scheduled")} actions={close}>
          {state.release.goes && <ExactTime at={state.release.goes} />}
        </Banner>
      );
    case "live":
      return (
        <Banner
          tone="good"
          title={t("publish.live", { on: state.release.live_on, of: state.release.workers, seconds: state.took_ms / 1000 })}
          actions={
            <>
              <Button small onClick={() => void undo(state.release.seq)}>
                {t("publish.undo")}
              </Button>
              {mayTry && (
                <LinkButton to={`/bots/${encodeURIComponent(bot.id)}/playground?item=${encodeURIComponent(item)}`}>{t("publish.try")}</LinkButton>
              )}
              {close}
            </>
          }
        />
      );
    case "undone":
      return <Banner tone="info" title={t("publish.undone")} actions={close} />;
    case "failed":
      return (
        <Banner tone="bad" live title={t("publish.failed")} actions={close}>
          {state.error.message}
        </Banner>
      );
  }
}
