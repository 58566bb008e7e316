/** Routes of accounts, until the server's own description has them: what is generated goes first. */

type Json<T> = { content: { "application/json": T } };
type Op<Answer, Body = undefined, Given extends object = object> = {
  parameters: Given;
  requestBody: Body extends undefined ? never : Json<Body>;
  responses: { 200: Json<Answer> };
};
type In<Names extends string> = { path: Record<Names, string> };
type List = { limit?: number; after?: string };
type PageOf<T> = { items: T[]; next?: string | null };

export type Account = { id: string; name: string; email: string; locale: string; preferences: Record<string, unknown>; two_factor: boolean };
export type SignedIn = {
  signed_in: true;
  account: Account;
  role: string;
  permissions: string[];
  viewing_as: string | null;
  csrf: string;
  bots: { id: string; name: string }[];
  environment: "dev" | "staging" | "prod";
  version: string;
};
export type SignedOut = { signed_in: false; setup_needed: boolean; methods: { password: boolean; passkey: boolean; oidc: { id: string; name: string }[] } };
export type SecondFactor = { second_factor: ("totp" | "recovery" | "passkey")[]; challenge: string };
export type SessionLine = { id: string; created: string; seen: string; address: string; agent: string; current: boolean };
export type Person = { id: string; name: string; email: string; role: string; disabled: boolean; two_factor: boolean; seen: string | null; created: string };
export type Invite = { id: string; role: string; name: string | null; email: string | null; by: string; created: string; expires: string };
export type InviteLink = { id: string; link: string; expires: string };
export type Role = { name: string; title: string; description: string; permissions: string[]; builtin: boolean; members: number };
export type Permission = { name: string; title: string; group: string };
export type Key = { name: string; role: string; made_by: string; created: string; scopes?: string[]; expires?: string | null; last_used?: string | null; prefix?: string };
export type NewKey = { name: string; role: string; key: string };
export type AuditLine = {
  id: string;
  at: string;
  actor: { kind: string; id: string; name: string };
  verb: string;
  object: string;
  object_id: string;
  what: string;
  before: unknown;
  after: unknown;
  address: string;
};
export type AuditCheck = { ok: boolean; checked: number; broken_at: string | null };
export type Passkey = { id: string; name: string; created: string; last_used: string | null };

export interface ContractPaths {
  "/api/v1/setup": { get: Op<{ needed: boolean }>; post: Op<SignedIn, { token: string; name: string; email: string; password: string; locale?: string }> };
  "/api/v1/session": { get: Op<SignedIn | SignedOut>; post: Op<SignedIn | SecondFactor, { email: string; password: string }>; delete: Op<undefined> };
  "/api/v1/session/second-factor": { post: Op<SignedIn, { challenge: string; kind: string; code: string }> };
  "/api/v1/session/passkey/options": { post: Op<Record<string, unknown>> };
  "/api/v1/session/passkey": { post: Op<SignedIn, Record<string, unknown>> };
  "/api/v1/session/view-as": { put: Op<SignedIn, { role: string | null }> };
  "/api/v1/account": { patch: Op<Account, { name?: string; locale?: string; preferences?: Record<string, unknown> }> };
  "/api/v1/account/password": { put: Op<undefined, { current: string; new: string }> };
  "/api/v1/account/sessions": { get: Op<PageOf<SessionLine>>; delete: Op<undefined> };
  "/api/v1/account/sessions/{id}": { delete: Op<undefined, undefined, In<"id">> };
  "/api/v1/account/totp": { post: Op<{ secret: string; uri: string }>; delete: Op<undefined, { password: string }> };
  "/api/v1/account/totp/confirm": { post: Op<{ recovery_codes: string[] }, { code: string }> };
  "/api/v1/account/passkeys/options": { post: Op<Record<string, unknown>> };
  "/api/v1/account/passkeys": { get: Op<PageOf<Passkey>>; post: Op<Passkey, { name: string; credential: unknown }> };
  "/api/v1/account/passkeys/{id}": { delete: Op<undefined, undefined, In<"id">> };
  "/api/v1/accounts": { get: Op<PageOf<Person>, undefined, { query?: List }> };
  "/api/v1/accounts/{id}": {
    get: Op<Person, undefined, In<"id">>;
    patch: Op<Person, { role?: string; disabled?: boolean; name?: string }, In<"id">>;
    delete: Op<undefined, undefined, In<"id">>;
  };
  "/api/v1/accounts/{id}/sessions": { delete: Op<undefined, undefined, In<"id">> };
  "/api/v1/accounts/{id}/reset-link": { post: Op<{ link: string; expires: string }, undefined, In<"id">> };
  "/api/v1/invites": { get: Op<PageOf<Invite>>; post: Op<InviteLink, { role: string; name?: string; email?: string }> };
  "/api/v1/invites/{id}": { delete: Op<undefined, undefined, In<"id">> };
  "/api/v1/invites/by-token/{token}": {
    get: Op<{ role: string; name: string | null; email: string | null; by: string }, undefined, In<"token">>;
    post: Op<SignedIn, { name: string; email: string; password: string; locale?: string }, In<"token">>;
  };
  "/api/v1/password-reset/{token}": { post: Op<undefined, { password: string }, In<"token">> };
  "/api/v1/roles": { get: Op<{ items: Role[]; permissions: Permission[] }> };
  "/api/v1/roles/{name}": { put: Op<Role, { title: string; description: string; permissions: string[] }, In<"name">>; delete: Op<undefined, undefined, In<"name">> };
  "/api/v1/audit": {
    get: Op<PageOf<AuditLine>, undefined, { query?: List & { actor?: string; verb?: string; object?: string; from?: string; to?: string; q?: string } }>;
  };
  "/api/v1/audit/check": { get: Op<AuditCheck> };
}
