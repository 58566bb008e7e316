/** What stands where a page should be: it loads, it failed, it is not there. */
import { Banner, Button, EmptyState, ErrorCard, LinkButton, Page, Skeleton } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";

export function PageLoading(): ReactNode {
  return (
    <div className="gb-page">
      <Skeleton lines={6} />
    </div>
  );
}

/** A page that threw: the rest of the console goes on. A part of the console that is not there any more needs a new page. */
export function PageFailed(): ReactNode {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <Page title={t("failed.title")}>
      {isPartMissing(error) ? (
        <Banner tone="bad" live title={t("failed.part")}>
          {t("failed.partHelp")}
        </Banner>
      ) : (
        <>
          <ErrorCard error={error} />
          <p>{t("failed.help")}</p>
        </>
      )}
      <div className="gb-row">
        <Button intent="primary" onClick={() => location.reload()}>
          {t("failed.reload")}
        </Button>
        <LinkButton to="/">{t("pages.home")}</LinkButton>
      </div>
    </Page>
  );
}

/** A file of the console did not come: no network, or a newer release has other files. Each browser says it in its own words. */
export function isPartMissing(error: unknown): boolean {
  return error instanceof TypeError && /dynamically imported module|importing a module script failed/i.test(error.message);
}

export function NotFound(): ReactNode {
  const { t } = useTranslation();
  return (
    <Page title={t("notFound.title")}>
      <EmptyState kind="no-match" title={t("notFound.text")} action={<LinkButton to="/">{t("pages.home")}</LinkButton>}>
        {t("notFound.help")}
      </EmptyState>
    </Page>
  );
}
