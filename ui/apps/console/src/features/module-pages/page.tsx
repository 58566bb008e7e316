/** The pages of modules, at `/m/<module>/…` and `/bots/<bot>/m/<module>/…`. */
import type { ModuleContext } from "@gutenbot/console";
import { ErrorCard, ModuleProvider, NoPermission, Page, Skeleton, useApi, useBotOrNone, useParams, usePermission } from "@gutenbot/console";
import { useMemo } from "react";
import type { ReactNode } from "react";
import { matchPath } from "react-router";
import { NoBot } from "../../shell/no-bot";
import { NotFound } from "../../shell/page-states";
import { moduleApi, useModulePages } from "./api";
import type { ModulePages, PageShape } from "./api";
import { ModuleBoundary } from "./boundary";
import { Parts } from "./parts";
import { SandboxPage } from "./sandbox";
import { ElementPage, ScriptPage } from "./script";
import { useModuleWords } from "./words";

export default function ModulePage(): ReactNode {
  const { module: name = "", bot, "*": rest = "" } = useParams();
  const modules = useModulePages();
  if (modules.error) return <ErrorCard error={modules.error} onRetry={() => void modules.refetch()} />;
  if (modules.isPending) return <Skeleton lines={6} />;
  const module = modules.data.items.find((one) => one.name === name);
  const found = module && pageAt(module, rest, bot !== undefined);
  if (!module || !found) return <NotFound />;
  const key = `${module.name} ${found.page.name} ${bot ?? ""} ${rest}`;
  return <Shown key={key} module={module} page={found.page} names={found.names} />;
}

/** The page at a path, and what the path names. */
export function pageAt(module: ModulePages, rest: string, ofBot: boolean): { page: PageShape; names: Record<string, string> } | null {
  for (const page of module.pages) {
    const match = page.place === null && page.of_bot === ofBot ? matchPath({ path: `/${page.path}`, end: true }, `/${rest}`) : null;
    if (match) return { page, names: Object.fromEntries(Object.entries(match.params).map(([name, value]) => [name, value ?? ""])) };
  }
  return null;
}

function Shown({ module, page, names }: { module: ModulePages; page: PageShape; names: Record<string, string> }): ReactNode {
  const { words, ready } = useModuleWords(module);
  const bot = useBotOrNone();
  const may = usePermission(page.permission);
  const values = useMemo(() => ({ ...names, ...(page.of_bot && bot && { bot: bot.id }) }), [names, page.of_bot, bot]);
  if (!may) return <NoPermission permission={page.permission} />;
  if (page.of_bot && bot === null) return <NoBot />;
  if (!ready) return <Skeleton lines={6} />;
  return (
    <Page title={words(page.title)} purpose={page.about ? <bdi>{words(page.about)}</bdi> : undefined}>
      <ModuleBody module={module} page={page} values={values} />
    </Page>
  );
}

/** What a module shows: on a page of its own, or in a panel. */
export function ModuleBody({ module, page, values }: { module: ModulePages; page: PageShape; values: Record<string, string> }): ReactNode {
  const client = useApi();
  const { words, language } = useModuleWords(module);
  const context = useMemo(
    (): ModuleContext => ({ name: module.name, api: moduleApi(client, module.name), words, values, language, file: (name) => module.base + name }),
    [client, module, words, values, language],
  );
  return (
    <ModuleBoundary module={module.name}>
      <ModuleProvider value={context}>
        {page.kind === "parts" && <Parts parts={page.parts} />}
        {page.kind === "script" && <ScriptPage page={page} />}
        {page.kind === "element" && <ElementPage page={page} />}
        {page.kind === "sandbox" && <SandboxPage page={page} title={words(page.title)} client={client} />}
      </ModuleProvider>
    </ModuleBoundary>
  );
}
