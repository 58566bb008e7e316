/** What modules show here, and how their routes are called. */
import type { Client, ModulePages as FromServer } from "@gutenbot/api";
import type { ModuleApi, ModuleRequest } from "@gutenbot/console";
import { useApi } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";

export type ModulePages = FromServer;
export type PageShape = ModulePages["pages"][number];
export type PartShape = PageShape["parts"][number];
export type ActionShape = PartShape["actions"][number];
export type RouteShape = NonNullable<PartShape["source"]>;
export type Row = Readonly<Record<string, unknown>>;

const MODULE_PAGES = ["console", "pages"] as const;

/** All modules with pages or panels that the person may see. */
export function useModulePages() {
  const api = useApi();
  return useQuery({ queryKey: MODULE_PAGES, queryFn: ({ signal }) => api.get("/api/v1/console/pages", { signal }), staleTime: 60_000 });
}

type Verb = (path: string, options?: ModuleRequest) => Promise<unknown>;
type Plain = Readonly<Record<string, Verb | undefined>>;

/** Calls a route whose path is only known at run time. */
export async function call(client: Client, method: string, path: string, options: ModuleRequest = {}): Promise<unknown> {
  const verb = (client as unknown as Plain)[method.toLowerCase()];
  if (verb === undefined) throw new Error(`There is no method ${method}.`);
  return verb(path, options);
}

/** The routes of one module, and of no other. */
export function moduleApi(client: Client, module: string): ModuleApi {
  const verb =
    (method: string) =>
    <T>(path: string, options?: ModuleRequest) => {
      if (!path.startsWith("/") || path.split("/").includes("..")) throw new Error(`A path of the module begins with a slash: ${path}`);
      return call(client, method, `/api/v1/m/${module}${path}`, options) as Promise<T>;
    };
  return { get: verb("get"), post: verb("post"), put: verb("put"), patch: verb("patch"), delete: verb("delete") };
}

/** The values for the names in a path; null when one is missing. */
export function filled(path: string, ...sources: Row[]): Record<string, string> | null {
  const found: Record<string, string> = {};
  for (const [, name = ""] of path.matchAll(/\{(\w+)\}/g)) {
    const value = sources.map((one) => one[name]).find((one) => one !== undefined && one !== null);
    if (value === undefined) return null;
    found[name] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return found;
}

/** An address with its names filled in: `/bots/{bot}/people/{user}`; null when one is missing. */
export function linkTo(link: string, own: string, ...sources: Row[]): string | null {
  const values = filled(link, ...sources);
  if (values === null) return null;
  const path = link.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
  return path.startsWith("/") ? path : `${own}/${path}`;
}
