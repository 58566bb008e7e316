/** One module: what it is, how it is set, what it may do, how it fares. */
import type { ModuleDetail } from "@gutenbot/api";
import { Banner, CodeView, EmptyState, ErrorCard, ExactTime, Facts, Link, NoPermission, Page, PageTabs, Section, Skeleton, useParams, usePermission } from "@gutenbot/console";
import { useMemo } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import "../live/live.css";
import { NOTHING as EVERY_LINE } from "../logs/lines";
import { LogView } from "../logs/view";
import { MarkdownText } from "../../markdown/view";
import { useModule } from "./api";
import { Health } from "./health";
import "./modules.css";
import { RestartServer } from "./restart-server";
import { ModuleSettings } from "./section-form";
import { ModuleSwitch, RestartButton, StatePill } from "./state";
import { Uninstall } from "./uninstall";

export default function ModulePage(): ReactNode {
  const { module = "" } = useParams();
  const mayRead = usePermission("modules:read");
  return mayRead ? <Shown key={module} name={module} /> : <NoPermission permission="modules:read" />;
}

function Shown({ name }: { name: string }): ReactNode {
  const { t } = useTranslation("modules");
  const found = useModule(name);
  const actions = <Link to="/modules">{t("detail.back")}</Link>;
  return (
    <Page title={name} purpose={found.data?.summary} actions={actions}>
      {found.error && <ErrorCard error={found.error} onRetry={() => void found.refetch()} />}
      {found.isPending && <Skeleton lines={8} />}
      {found.data && <Tabs module={found.data} />}
    </Page>
  );
}

function Tabs({ module }: { module: ModuleDetail }): ReactNode {
  const { t } = useTranslation("modules");
  const { tab = "overview" } = useParams();
  const base = `/modules/${encodeURIComponent(module.name)}`;
  const of = module.kind === "module" ? (["overview", "settings", "permissions", "health", "changelog", "logs", "uninstall"] as const) : (["overview", "health", "logs"] as const);
  const tabs = of.map((one) => ({ to: one === "overview" ? base : `${base}/${one}`, label: t(`detail.${one}`) }));
  return (
    <>
      <div className="gb-actions-start">
        <StatePill module={module} />
        <ModuleSwitch module={module} />
        <RestartButton module={module} />
      </div>
      {module.pending && (
        <Banner tone="warn" title={t("pending", { version: module.pending })}>
          <RestartServer version={`${module.name} ${module.pending}`} />
        </Banner>
      )}
      {module.reason && <Banner tone={module.state === "disabled" ? "info" : "bad"}>{module.reason}</Banner>}
      <PageTabs tabs={tabs} label={module.name} />
      <Tab tab={tab} module={module} />
    </>
  );
}

function Tab({ tab, module }: { tab: string; module: ModuleDetail }): ReactNode {
  const { t } = useTranslation("modules");
  const mayWrite = usePermission("modules:write");
  switch (tab) {
    case "settings":
      return module.settings ? <ModuleSettings module={module.name} bots={[]} mayWrite={mayWrite} /> : <EmptyState kind="off" title={t("detail.noSettings")} />;
    case "permissions":
      return <Permissions module={module} />;
    case "health":
      return <Health module={module} />;
    case "changelog":
      return module.changelog ? <MarkdownText text={module.changelog} deeper={1} /> : <EmptyState kind="off" title={t("detail.noChangelog")} />;
    case "logs":
      return <Logs module={module.name} />;
    case "uninstall":
      return <Uninstall module={module} />;
    default:
      return <Overview module={module} />;
  }
}

function Overview({ module }: { module: ModuleDetail }): ReactNode {
  const { t } = useTranslation("modules");
  const facts: (readonly [string, ReactNode])[] = [
    [t("detail.version"), module.version],
    [t("detail.distribution"), module.distribution],
    [t("detail.publisher"), module.publisher],
    [t("detail.licence"), module.licence],
    [t("detail.homepage"), module.homepage && <a href={module.homepage} rel="noreferrer noopener">{module.homepage}</a>],
    [t("detail.requires"), module.requires.join(", ")],
    [t("detail.since"), module.since && <ExactTime at={module.since} />],
  ];
  return (
    <>
      <Facts of={facts.filter(([, value]) => Boolean(value))} />
      {module.needed_by.length > 0 && <p>{t("neededBy", { names: module.needed_by.join(", ") })}</p>}
      {module.traceback && <CodeView text={module.traceback} label={t("tracebackOf", { name: module.name })} />}
      <Adds module={module} />
      {module.kind === "module" && (
        <Section title={t("detail.readme")}>{module.readme ? <MarkdownText text={module.readme} deeper={1} /> : <p className="gb-faint">{t("detail.noReadme")}</p>}</Section>
      )}
    </>
  );
}

const KINDS = [
  "pages", "routes", "permissions", "wraps", "subscriptions", "services", "channels", "recognisers", "tasks", "tables", "content_types", "answer_types", "asgi_apps",
  "cli_commands", "bot_routes", "live_topics",
] as const;

function Adds({ module }: { module: ModuleDetail }): ReactNode {
  const { t } = useTranslation("modules");
  const facts = KINDS.flatMap((kind) => {
    const names = module.adds[kind] ?? [];
    return names.length > 0 ? [[t(`kind.${kind}`), <bdi key={kind}>{names.join(", ")}</bdi>] as const] : [];
  });
  return <Section title={t("adds")}>{facts.length > 0 ? <Facts of={facts} /> : <p className="gb-faint">{t("addsNothing")}</p>}</Section>;
}

/** What it has logged: its logger bears its name. */
function Logs({ module }: { module: string }): ReactNode {
  const { t } = useTranslation("modules");
  const wanted = useMemo(() => ({ ...EVERY_LINE, logger: module }), [module]);
  if (!usePermission("logs:read")) return <NoPermission permission="logs:read" />;
  return (
    <>
      <LogView wanted={wanted} empty={<EmptyState kind="first-use" title={t("detail.noLogs")} />} />
      <p>
        <Link to={`/logs?logger=${encodeURIComponent(module)}`}>{t("detail.allLogs")}</Link>
      </p>
    </>
  );
}

function Permissions({ module }: { module: ModuleDetail }): ReactNode {
  const { t } = useTranslation("modules");
  return (
    <>
      <Banner tone="info">{t("detail.trust")}</Banner>
      <Section title={t("detail.declared")}>
        {module.permissions.length > 0 ? (
          <ul className="gb-plain">
            {module.permissions.map((one) => (
              <li key={one}>
                <code dir="ltr">{one}</code>
              </li>
            ))}
          </ul>
        ) : (
          <p className="gb-faint">{t("detail.noDeclared")}</p>
        )}
      </Section>
    </>
  );
}
