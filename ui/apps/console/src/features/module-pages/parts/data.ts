/** What the parts of a page ask the module for. */
import { useApi, useModule } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import type { UseQueryResult } from "@tanstack/react-query";
import { call, filled } from "../api";
import type { RouteShape, Row } from "../api";

const DATA = "module-data";

/** The key under which answers of a module are kept: a write takes all of its module's answers for old. */
export function keyOf(module: string, ...more: readonly unknown[]): readonly unknown[] {
  return [DATA, module, ...more];
}

/** What a route answers, with the values of the page. */
export function useAnswer(route: RouteShape | null, refreshS = 0): UseQueryResult {
  const api = useApi();
  const { name, values } = useModule();
  const path = route && filled(route.path, values);
  return useQuery({
    queryKey: keyOf(name, route?.path, path),
    queryFn: ({ signal }) => {
      if (route === null || path === null) throw new Error("A value for the path is missing.");
      return call(api, route.method, route.path, { path, query: queryOf(route, values), signal });
    },
    enabled: route !== null && path !== null,
    ...(refreshS > 0 && { refetchInterval: refreshS * 1000 }),
  });
}

/** The values of the page that the route takes in its query. */
export function queryOf(route: RouteShape, values: Row): Record<string, unknown> {
  return Object.fromEntries(route.takes.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]));
}

/** The rows of a list, however the route gives them. */
export function rowsOf(answer: unknown): Row[] {
  const items: unknown = isRow(answer) && Array.isArray(answer.items) ? answer.items : answer;
  return Array.isArray(items) ? items.filter(isRow) : [];
}

export function isRow(value: unknown): value is Row {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** A part of a value by a dotted path. */
export function partOf(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((found, step) => (isRow(found) ? found[step] : undefined), value);
}

/** A value in words. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}
