/** What this module uses of `@gutenbot/console`; the console itself brings it along. Add what you use: the reference has all of it. */
declare module "@gutenbot/console" {
  import type { ComponentType, ReactNode } from "react";

  export type ConsoleModule = { name: string; sdk: number; pages: Readonly<Record<string, ComponentType>> };
  export function defineModule(module: ConsoleModule): ConsoleModule;

  export type ModuleRequest = { path?: Readonly<Record<string, string>>; query?: Readonly<Record<string, unknown>>; body?: unknown; signal?: AbortSignal };
  export type ModuleApi = Readonly<Record<"get" | "post" | "put" | "patch" | "delete", <T = unknown>(path: string, options?: ModuleRequest) => Promise<T>>>;
  export function useModule(): {
    name: string;
    api: ModuleApi;
    words: (id: string, values?: Readonly<Record<string, unknown>>) => string;
    values: Readonly<Record<string, string>>;
    file: (name: string) => string;
    language: string;
  };
  export function useQuery<T>(options: { queryKey: readonly unknown[]; queryFn: (context: { signal: AbortSignal }) => Promise<T>; enabled?: boolean }):
    | { data: T; error: null; isPending: false; refetch: () => Promise<unknown> }
    | { data: undefined; error: Error; isPending: false; refetch: () => Promise<unknown> }
    | { data: undefined; error: null; isPending: true; refetch: () => Promise<unknown> };

  export function Card(props: { children: ReactNode }): ReactNode;
  export function EmptyState(props: { kind: "first-use" | "no-match" | "no-permission" | "off"; title: string; children?: ReactNode; action?: ReactNode }): ReactNode;
  export function ErrorCard(props: { error: unknown; onRetry?: () => void }): ReactNode;
  export function NumberField(props: { label: string; value: number | null; unit?: string; min?: number; max?: number; onChange: (value: number | null) => void }): ReactNode;
  export function Skeleton(props: { lines?: number }): ReactNode;
}
