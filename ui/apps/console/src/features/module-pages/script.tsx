/** Pages that bring scripts: React components from an ES module, or a custom element. */
import { SDK, Skeleton, useModule } from "@gutenbot/console";
import type { ConsoleModule } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useRef } from "react";
import type { ComponentType, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ModuleFailed } from "./boundary";
import type { PageShape } from "./api";

/** The module asks for another major version of the kit than this console has: it is told, and not tried. */
class OtherKit extends Error {
  override readonly name = "OtherKit";
}

/** Loads the file of a page, once. What fails may be tried again. */
function useFile(page: PageShape) {
  const { t } = useTranslation();
  const { name, file } = useModule();
  const address = file(page.file);
  return useQuery({
    queryKey: ["console", "file", address],
    queryFn: async () => {
      if (page.sdk !== SDK) throw new OtherKit(t("modulePages.otherKit", { module: name, wants: page.sdk, has: SDK }));
      return (await import(/* @vite-ignore */ address)) as { default?: unknown };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

export function ScriptPage({ page }: { page: PageShape }): ReactNode {
  const { t } = useTranslation();
  const { name } = useModule();
  const file = useFile(page);
  if (file.error) return <ModuleFailed module={name} error={file.error} onRetry={() => void file.refetch()} />;
  if (file.isPending) return <Skeleton lines={6} />;
  const Found = componentIn(file.data.default, page.name);
  if (Found === null) return <ModuleFailed module={name} error={new Error(t("modulePages.noComponent", { file: page.file, page: page.name }))} />;
  return (
    <Suspense fallback={<Skeleton lines={6} />}>
      <Found />
    </Suspense>
  );
}

/** The component of a page in what `defineModule` gave. */
function componentIn(given: unknown, page: string): ComponentType | null {
  const pages = given !== null && typeof given === "object" && "pages" in given ? (given as ConsoleModule).pages : {};
  return Object.hasOwn(pages, page) ? (pages[page] ?? null) : null;
}

export function ElementPage({ page }: { page: PageShape }): ReactNode {
  const { t } = useTranslation();
  const module = useModule();
  const place = useRef<HTMLDivElement>(null);
  const file = useFile(page);
  const ready = file.isSuccess && customElements.get(page.tag) !== undefined;
  useEffect(() => {
    if (!ready || place.current === null) return;
    const element = Object.assign(document.createElement(page.tag), { context: module });
    place.current.replaceChildren(element);
    return () => element.remove();
  }, [ready, page.tag, module]);
  if (file.error) return <ModuleFailed module={module.name} error={file.error} onRetry={() => void file.refetch()} />;
  if (file.isPending) return <Skeleton lines={6} />;
  if (!ready) return <ModuleFailed module={module.name} error={new Error(t("modulePages.noElement", { file: page.file, tag: page.tag }))} />;
  return <div ref={place} />;
}
