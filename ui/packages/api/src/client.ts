/** The typed client: paths, parameters and bodies come from the server's own description. It knows no page and no framework. */
import type { paths } from "./generated/schema";
import { problemOf, Unreachable } from "./problem";
import type { Solid } from "./shapes";

export type Method = "get" | "post" | "put" | "patch" | "delete";
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer Op> ? NonNullable<Op> : never;
/** The paths that answer a method. */
export type PathsOf<M extends Method> = { [P in keyof paths]: [Operation<P, M>] extends [never] ? never : P }[keyof paths];

type Content<T> = T extends { content: { "application/json": infer Body } } ? Body : undefined;
type Answers<Op> = Op extends { responses: infer R } ? R : never;
type Success = 200 | 201 | 202 | 204;
/** What a successful request gives. */
export type AnswerOf<P extends keyof paths, M extends Method> = {
  [S in keyof Answers<Operation<P, M>> & Success]: Solid<Content<Answers<Operation<P, M>>[S]>>;
}[keyof Answers<Operation<P, M>> & Success];
type BodyOf<Op> = Op extends { requestBody?: infer B } ? ([NonNullable<B>] extends [never] ? never : Content<NonNullable<B>>) : never;
type ParametersOf<Op> = Op extends { parameters: infer P } ? P : object;
type Given<P, K extends string> = P extends Record<K, infer V> ? Record<K, V> : P extends Partial<Record<K, infer V>> ? Partial<Record<K, Exclude<V, undefined>>> : object;
type PathGiven<P> = P extends { path: infer V } ? { path: V } : object;

type Common = { signal?: AbortSignal; idempotencyKey?: string };
/** What a request takes: `path` and `query` parameters and a `body`, as the route declares them. */
export type OptionsOf<P extends keyof paths, M extends Method> = PathGiven<ParametersOf<Operation<P, M>>> &
  Given<ParametersOf<Operation<P, M>>, "query"> &
  ([BodyOf<Operation<P, M>>] extends [never] ? object : [BodyOf<Operation<P, M>>] extends [undefined] ? object : { body: BodyOf<Operation<P, M>> }) &
  Common;
type Arguments<P extends keyof paths, M extends Method> = object extends OptionsOf<P, M> ? [options?: OptionsOf<P, M>] : [options: OptionsOf<P, M>];

export type ClientOptions = {
  /** Where the server is; empty for the page's own origin. */
  base?: string;
  fetch?: typeof fetch;
  /** The word against forged requests, of the session that is signed in. */
  csrf?: () => string | null;
  /** Called when a request is refused because nobody is signed in any more. */
  onSignedOut?: () => void;
};

export type Client = {
  [M in Method]: <P extends PathsOf<M>>(path: P, ...options: Arguments<P, M>) => Promise<AnswerOf<P, M>>;
};

type Untyped = { path?: Record<string, unknown>; query?: Record<string, unknown>; body?: unknown } & Common;

const SAFE: ReadonlySet<string> = new Set(["get"]);

/** A client of one server. Raises `Problem` when the server refuses, `Unreachable` when there is no answer. */
export function createClient(options: ClientOptions = {}): Client {
  const verb = (method: Method) => (path: string, given: Untyped = {}) => send(options, method, path, given);
  return { get: verb("get"), post: verb("post"), put: verb("put"), patch: verb("patch"), delete: verb("delete") } as Client;
}

async function send(options: ClientOptions, method: Method, path: string, given: Untyped): Promise<unknown> {
  const response = await reach(options, method, path, given);
  if (!response.ok) {
    const problem = await problemOf(response);
    if (problem.status === 401) options.onSignedOut?.();
    throw problem;
  }
  if (response.status === 204 || response.headers.get("content-length") === "0") return undefined;
  return (await response.json()) as unknown;
}

async function reach(options: ClientOptions, method: Method, path: string, given: Untyped): Promise<Response> {
  const request: RequestInit = { method: method.toUpperCase(), headers: headersOf(options, method, given), credentials: "same-origin" };
  if (given.body !== undefined) request.body = JSON.stringify(given.body);
  if (given.signal) request.signal = given.signal;
  try {
    return await (options.fetch ?? fetch)((options.base ?? "") + addressOf(path, given), request);
  } catch (error) {
    if (given.signal?.aborted) throw error;
    throw new Unreachable(error);
  }
}

function headersOf(options: ClientOptions, method: Method, given: Untyped): Record<string, string> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (given.body !== undefined) headers["Content-Type"] = "application/json";
  if (SAFE.has(method)) return headers;
  const csrf = options.csrf?.();
  if (csrf) headers["X-CSRF-Token"] = csrf;
  if (given.idempotencyKey) headers["Idempotency-Key"] = given.idempotencyKey;
  return headers;
}

/** The address with its parameters; parameters that are null, undefined or empty are left out. */
export function addressOf(path: string, given: Pick<Untyped, "path" | "query">): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(textOf(given.path?.[name])));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given.query ?? {})) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (one !== undefined && one !== null && one !== "") query.append(name, textOf(one));
    }
  }
  const text = query.toString();
  return text ? `${filled}?${text}` : filled;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

/** A key under which the server carries a write out once, however often it is sent. */
export function newIdempotencyKey(): string {
  return crypto.randomUUID();
}
