/** The client of Gutenbot's API. */
export { addressOf, createClient, newIdempotencyKey } from "./client";
export type { AnswerOf, Client, ClientOptions, Method, OptionsOf, PathsOf } from "./client";
export type * from "./shapes";
export { backoffMs, Live } from "./live";
export type { LiveMessage, LiveOptions, LiveState, SocketLike } from "./live";
export { allOf, nextOf } from "./paging";
export type { Page } from "./paging";
export { Problem, problemOf, Unreachable } from "./problem";
export type { Fields } from "./problem";
export type { components, paths } from "./generated/schema";
