/** The HTTP calls of the protocol. Knows the visitor token, no state of the chat. */

import { asEntry, isJson, num, parseJson, str } from "../protocol/frames";
import type { Entry, VisitorEvent } from "../protocol/messages";
import type { Session, Summary } from "../protocol/session";
import { asSession, asSummary, list } from "../protocol/session";

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retryAfterS: number,
  ) {
    super(`${status} ${code}`);
  }

  /** Whether the same call may succeed later; 0 stands for no answer at all. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export interface History {
  entries: Entry[];
  lastN: number;
  readN: number;
}

export interface SessionRequest {
  user_token?: string;
  locale?: string;
  time_zone?: string;
  page?: string;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const TIMEOUT_MS = 15_000;

export class Api {
  visitor = "";

  constructor(
    /** The address of the bot's web chat: `{server}/web/{bot}`. */
    readonly root: string,
    private readonly fetcher: Fetch = (url, init) => fetch(url, init),
  ) {}

  async session(request: SessionRequest): Promise<Session> {
    const body = this.visitor === "" ? request : { ...request, visitor: this.visitor };
    const session = asSession(await this.call("POST", "/session", body));
    this.visitor = session.visitor;
    return session;
  }

  async ticket(): Promise<string> {
    return str((await this.call("POST", "/ticket", {})).ticket);
  }

  async conversations(): Promise<Summary[]> {
    return list((await this.call("GET", "/conversations")).conversations).map(asSummary);
  }

  async createConversation(): Promise<string> {
    return str((await this.call("POST", "/conversations", {})).id);
  }

  async messages(conversation: string, after: number, limit: number, waitS = 0, signal?: AbortSignal): Promise<History> {
    const path = `${this.path(conversation)}/messages?after=${after}&limit=${limit}&wait=${waitS}`;
    const json = await this.call("GET", path, undefined, TIMEOUT_MS + waitS * 1000, signal);
    const entries = list(json.entries).map(asEntry).filter((entry) => entry !== null);
    return { entries, lastN: num(json.last_n), readN: num(json.read_n) };
  }

  async send(conversation: string, id: string, event: VisitorEvent): Promise<{ n: number; duplicate: boolean }> {
    const json = await this.call("POST", `${this.path(conversation)}/messages`, { id, event });
    return { n: num(json.n), duplicate: json.duplicate === true };
  }

  async read(conversation: string, n: number): Promise<void> {
    await this.call("POST", `${this.path(conversation)}/read`, { n });
  }

  async end(conversation: string): Promise<void> {
    await this.call("POST", `${this.path(conversation)}/end`, {});
  }

  async typing(conversation: string): Promise<void> {
    await this.call("POST", `${this.path(conversation)}/typing`, {});
  }

  uploadUrl(conversation: string, id: string, name: string): string {
    return `${this.root}${this.path(conversation)}/files?id=${id}&name=${encodeURIComponent(name)}`;
  }

  eventsUrl(conversation: string, ticket: string, after: number): string {
    return `${this.root}${this.path(conversation)}/events?ticket=${encodeURIComponent(ticket)}&after=${after}`;
  }

  socketUrl(ticket: string): string {
    const url = new URL(`${this.root}/socket?ticket=${encodeURIComponent(ticket)}`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.href;
  }

  headers(): Record<string, string> {
    return this.visitor === "" ? {} : { Authorization: `Visitor ${this.visitor}` };
  }

  private path(conversation: string): string {
    return `/conversations/${encodeURIComponent(conversation)}`;
  }

  private async call(
    method: string,
    path: string,
    body?: object,
    timeoutMs = TIMEOUT_MS,
    signal?: AbortSignal,
  ): Promise<Record<string, unknown>> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const init: RequestInit = { method, headers: this.headers(), signal: signal ? AbortSignal.any([signal, timeout]) : timeout };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { ...this.headers(), "Content-Type": "application/json" };
    }
    let response: Response;
    try {
      response = await this.fetcher(this.root + path, init);
    } catch {
      throw new Refused(0, "unreachable", "", 0);
    }
    const json = parseJson(await response.text().catch(() => ""));
    if (!response.ok || json === null) throw refusal(response.ok ? 502 : response.status, json);
    return json;
  }
}

export function refusal(status: number, json: Record<string, unknown> | null): Refused {
  const problem = isJson(json) ? json : {};
  return new Refused(status, str(problem.code), str(problem.detail) || str(problem.title), num(problem.retry_after));
}
