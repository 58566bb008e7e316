/** The content of a bot, over the API. One place knows the addresses; pages know nouns. */
import type { Client } from "@gutenbot/api";
import { useApi, useBot } from "@gutenbot/console";
import type { ApiPage } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ChannelInfo, Comment, ContentType, Facets, Item, ItemLine, Json, Names, Preview, Problem, Release, Renamed, Results, Revision, Saved, Sync, Wording } from "./types";

type Options = { path?: Record<string, unknown>; query?: Record<string, unknown>; body?: unknown; signal?: AbortSignal; idempotencyKey?: string };
type Call = <T>(path: string, options?: Options) => Promise<T>;
export type Verbs = { get: Call; post: Call; put: Call; patch: Call; delete: Call };

/** What is written: as a value, or as YAML. */
export type Written = { value: Json } | { yaml: string };
export type ListQuery = Record<string, string | number | undefined>;
export type PublishWhen = { at?: string; expires?: string; zone?: string };

const BASE = "/api/v1/bots/{bot}/content";

/** Everything that can be done with the content of one bot. */
class ContentApi {
  readonly verbs: Verbs;

  constructor(
    client: Client,
    readonly bot: string,
  ) {
    this.verbs = client as unknown as Verbs;
  }

  /** The address of a route below the content of the bot, with its own parameters. */
  at(path: string, more: Record<string, string | number> = {}): [string, { path: Record<string, string | number> }] {
    return [BASE + path, { path: { bot: this.bot, ...more } }];
  }

  #get<T>(path: string, more: Record<string, string | number> = {}, options: Options = {}): Promise<T> {
    const [address, given] = this.at(path, more);
    return this.verbs.get<T>(address, { ...given, ...options });
  }

  #post<T>(path: string, more: Record<string, string | number>, body: unknown = {}, key?: string): Promise<T> {
    const [address, given] = this.at(path, more);
    return this.verbs.post<T>(address, { ...given, body, ...(key !== undefined && { idempotencyKey: key }) });
  }

  list = (query: ListQuery, signal?: AbortSignal) => this.#get<ApiPage<ItemLine>>("", {}, { query, ...(signal && { signal }) });
  ids = (query: ListQuery, signal?: AbortSignal) => this.#get<{ items: string[] }>("/ids", {}, { query, ...(signal && { signal }) });
  facets = (signal?: AbortSignal) => this.#get<Facets>("/facets", {}, signal ? { signal } : {});
  types = () => this.#get<ContentType[]>("/types");
  channels = () => this.#get<ChannelInfo[]>("/channels");
  names = (item?: string) => this.#get<Names>("/variables", {}, { query: { id: item } });
  item = (id: string, signal?: AbortSignal) => this.#get<Item>("/items/{id}", { id }, signal ? { signal } : {});
  create = (body: { id: string; type: string; locale: string } & Written, key?: string) => this.#post<Item>("/items", {}, body, key);

  saveDraft(id: string, locale: string, body: { version: number; fields?: string[] } & Written): Promise<Saved> {
    const [address, given] = this.at("/items/{id}/locales/{locale}/draft", { id, locale });
    return this.verbs.put<Saved>(address, { ...given, body });
  }

  discard(id: string, locale: string): Promise<Saved> {
    const [address, given] = this.at("/items/{id}/locales/{locale}/draft", { id, locale });
    return this.verbs.delete<Saved>(address, given);
  }

  check = (body: { id?: string; locale?: string; type?: string } & Written, signal?: AbortSignal) => {
    const [address, given] = this.at("/check");
    return this.verbs.post<{ problems: Problem[] }>(address, { ...given, body, ...(signal && { signal }) });
  };

  preview = (body: { id: string; locale: string; channel: string; type?: string; person?: string; data?: Record<string, Json> } & Written, signal?: AbortSignal) => {
    const [address, given] = this.at("/preview");
    return this.verbs.post<Preview>(address, { ...given, body, ...(signal && { signal }) });
  };

  publish = (id: string, locale: string, body: { version: number; reason?: string } & PublishWhen, key?: string) => this.#post<{ release: number }>("/items/{id}/locales/{locale}/publish", { id, locale }, body, key);
  unschedule = (id: string, locale: string) => this.#post("/items/{id}/locales/{locale}/unschedule", { id, locale });
  restore = (id: string, locale: string, revision: number) => this.#post<Saved>("/items/{id}/locales/{locale}/restore", { id, locale }, { revision });
  revisions = (id: string, locale: string, after?: string) => this.#get<ApiPage<Revision>>("/items/{id}/locales/{locale}/revisions", { id, locale }, { query: { after } });
  textAt = (id: string, locale: string, time: string) => this.#get<{ yaml: string; value: Json; revision: number | null; source: string }>("/items/{id}/locales/{locale}/at", { id, locale }, { query: { time } });
  review = (id: string, locale: string, body: { do: "ask" | "approve" | "send-back"; reviewer?: string; words?: string }) => this.#post("/items/{id}/locales/{locale}/review", { id, locale }, body);
  comments = (id: string) => this.#get<ApiPage<Comment>>("/items/{id}/comments", { id });
  comment = (id: string, body: { locale: string; path: string; words: string }) => this.#post<Comment>("/items/{id}/comments", { id }, body);

  settleComment(id: string, done: boolean): Promise<Comment> {
    const [address, given] = this.at("/comments/{id}", { id });
    return this.verbs.patch<Comment>(address, { ...given, body: { done } });
  }

  revert = (id: string, locale?: string) => this.#post("/items/{id}/revert", { id }, locale === undefined ? {} : { locale });
  archive = (id: string, archived: boolean) => this.#post(archived ? "/items/{id}/archive" : "/items/{id}/unarchive", { id });
  archiveSome = (items: readonly string[], archived: boolean, key?: string) => this.#post<{ items: string[]; refused: { id: string; why: string }[] }>("/archive", {}, { items, archived }, key);
  duplicate = (id: string, to: string) => this.#post<Item>("/items/{id}/duplicate", { id }, { to });
  rename = (id: string, to: string) => this.#post<Renamed>("/items/{id}/rename", { id }, { to });

  remove(id: string): Promise<void> {
    const [address, given] = this.at("/items/{id}", { id });
    return this.verbs.delete(address, given);
  }

  resolve = (id: string, locale: string, body: { keep: "mine" | "theirs" | "merged"; version: number; yaml?: string }) => this.#post<Saved>("/items/{id}/locales/{locale}/resolve", { id, locale }, body);
  releases = (after?: string) => this.#get<ApiPage<Release>>("/releases", {}, { query: { after } });
  release = (seq: number) => this.#get<Release>("/releases/{seq}", { seq });
  makeRelease = (body: { name: string; items: { id: string; locale: string }[]; reason?: string } & PublishWhen, key?: string) => this.#post<{ release: number }>("/releases", {}, body, key);
  publishRelease = (seq: number, key?: string) => this.#post<{ release: number }>("/releases/{seq}/publish", { seq }, {}, key);
  undo = (seq: number, key?: string) => this.#post("/releases/{seq}/undo", { seq }, {}, key);
  results = (id: string, days: number, signal?: AbortSignal) => this.#get<Results>("/items/{id}/results", { id }, { query: { days }, ...(signal && { signal }) });
  wordings = () => this.#get<{ items: Wording[] }>("/wording");

  keepWording(locale: string, body: { version: number; forbidden: string[]; instead: Wording["instead"] }): Promise<Wording> {
    const [address, given] = this.at("/wording/{locale}", { locale });
    return this.verbs.put<Wording>(address, { ...given, body });
  }

  sync = () => this.#get<Sync>("/sync");
}

/** The content of the bot that the page is about. */
export function useContent(): ContentApi {
  const client = useApi();
  const bot = useBot();
  return useMemo(() => new ContentApi(client, bot.id), [client, bot.id]);
}

/** The keys of queries, so that a change names what it makes stale. */
export const KEY = {
  all: (bot: string) => ["content", bot] as const,
  list: (bot: string) => ["content", bot, "list"] as const,
  facets: (bot: string) => ["content", bot, "facets"] as const,
  item: (bot: string, id: string) => ["content", bot, "item", id] as const,
  history: (bot: string, id: string) => ["content", bot, "history", id] as const,
  comments: (bot: string, id: string) => ["content", bot, "comments", id] as const,
  releases: (bot: string) => ["content", bot, "releases"] as const,
};

/** What is there, counted: for the tree beside the list and for the languages. */
export function useFacets() {
  const content = useContent();
  return useQuery({ queryKey: KEY.facets(content.bot), queryFn: ({ signal }) => content.facets(signal) });
}

/** The types of items; they change with a deploy only. */
export function useTypes() {
  const content = useContent();
  return useQuery({ queryKey: [...KEY.all(content.bot), "types"], queryFn: content.types, staleTime: 300_000 });
}

/** The page of an item. */
export function addressOfItem(bot: string, id: string, more: Record<string, string> = {}): string {
  const query = new URLSearchParams(more).toString();
  return `/bots/${encodeURIComponent(bot)}/content/items/${encodeURIComponent(id)}${query ? `?${query}` : ""}`;
}
