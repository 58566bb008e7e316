/** Nobody loses what they wrote by going away: it is saved first, and asked where that fails. */
import { Button, Dialog } from "@gutenbot/console";
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";
import type { Draft } from "./use-draft";

export function Leaving({ draft }: { draft: Draft }): ReactNode {
  const { t } = useTranslation("content");
  const unsaved = draft.saving === "waiting" || draft.saving === "saving" || draft.saving === "failed";
  const blocker = useBlocker(({ currentLocation, nextLocation }) => unsaved && currentLocation.pathname !== nextLocation.pathname);
  const tried = useRef(false);
  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [unsaved]);
  const { flush } = draft;
  useEffect(() => {
    if (blocker.state !== "blocked") {
      tried.current = false;
      return;
    }
    if (tried.current) return;
    tried.current = true;
    void flush().then((saved) => {
      if (saved) blocker.proceed();
    });
  }, [blocker, flush]);
  const failed = blocker.state === "blocked" && draft.saving === "failed";
  if (!failed) return null;
  const actions = (
    <>
      <Button onClick={() => blocker.reset()}>{t("leaving.stay")}</Button>
      <Button intent="danger" onClick={() => blocker.proceed()}>
        {t("leaving.leave")}
      </Button>
    </>
  );
  return (
    <Dialog open title={t("leaving.title")} onClose={() => blocker.reset()} actions={actions}>
      <p>{t("leaving.text")}</p>
    </Dialog>
  );
}
