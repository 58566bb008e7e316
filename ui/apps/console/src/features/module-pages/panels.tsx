/** Panels of modules on pages of the console. */
import { may, Section, useSession } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useModulePages } from "./api";
import type { ModulePages, PageShape } from "./api";
import { ModuleBody } from "./page";
import { useModuleWords } from "./words";

/** All panels of a place, for these values. A page works without them when they cannot be asked for. */
export function ModulePanels({ place, values }: { place: "person"; values: Record<string, string> }): ReactNode {
  const modules = useModulePages();
  const session = useSession();
  return (modules.data?.items ?? []).flatMap((module) =>
    module.pages.filter((page) => page.place === place && may(session, page.permission)).map((page) => <Panel key={`${module.name} ${page.name}`} module={module} page={page} values={values} />),
  );
}

function Panel({ module, page, values }: { module: ModulePages; page: PageShape; values: Record<string, string> }): ReactNode {
  const { words, ready } = useModuleWords(module);
  if (!ready) return null;
  return (
    <Section title={words(page.title)} about={page.about ? words(page.about) : undefined}>
      <ModuleBody module={module} page={page} values={values} />
    </Section>
  );
}
