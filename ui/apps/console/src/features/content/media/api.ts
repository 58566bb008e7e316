/** The media of a bot, over the API; uploads say how far they are. */
import { problemOf, Unreachable } from "@gutenbot/api";
import { useApi, useBot, useSession } from "@gutenbot/console";
import type { ApiPage } from "@gutenbot/console";
import { useMemo } from "react";
import type { Verbs } from "../api";
import type { Media, MediaDetails } from "../types";
import { copiesOf } from "./copies";

const BASE = "/api/v1/bots/{bot}/media";

export type Change = { name?: string; alt?: Record<string, string>; focus?: { x: number; y: number } | null; version?: number };

class MediaApi {
  constructor(
    readonly verbs: Verbs,
    readonly bot: string,
    readonly csrf: string,
  ) {}

  list = (query: Record<string, string | undefined>, signal?: AbortSignal) => this.verbs.get<ApiPage<Media>>(BASE, { path: { bot: this.bot }, query, ...(signal && { signal }) });
  one = (id: string) => this.verbs.get<MediaDetails>(`${BASE}/{id}`, { path: { bot: this.bot, id } });
  change = (id: string, body: Change) => this.verbs.patch<Media>(`${BASE}/{id}`, { path: { bot: this.bot, id }, body });
  remove = (id: string) => this.verbs.delete<undefined>(`${BASE}/{id}`, { path: { bot: this.bot, id } });
  upload = (file: File, progress: (share: number) => void) => this.#withCopies("POST", "", file, progress);
  replace = (id: string, file: File, progress: (share: number) => void) => this.#withCopies("POST", `/${encodeURIComponent(id)}/replace`, file, progress);

  /** The address of a file, of about a width in pixels where it is a picture. */
  fileOf(media: Pick<Media, "id">, width?: number): string {
    const query = width === undefined ? "" : `?w=${width}`;
    return `/api/v1/bots/${encodeURIComponent(this.bot)}/media/${encodeURIComponent(media.id)}/file${query}`;
  }

  /** Sends a file, then its smaller copies where the server has drawn none; a copy that fails is no loss. */
  async #withCopies(method: string, below: string, file: File, progress: (share: number) => void): Promise<Media> {
    const kept = await this.#send(method, below, file, file.name, progress);
    if (kept.renditions.length > 0) return kept;
    let newest: Media = kept;
    for (const copy of await copiesOf(file)) {
      newest = await this.#send("PUT", `/${encodeURIComponent(kept.id)}/renditions`, copy, file.name, () => undefined).catch(() => newest);
    }
    return newest;
  }

  #send(method: string, below: string, file: Blob, name: string, progress: (share: number) => void): Promise<MediaDetails> {
    const address = `/api/v1/bots/${encodeURIComponent(this.bot)}/media${below}`;
    const body = new FormData();
    body.append("file", file, name);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method, address);
      request.setRequestHeader("X-CSRF-Token", this.csrf);
      request.setRequestHeader("Accept", "application/json");
      request.upload.onprogress = (event) => progress(event.lengthComputable ? event.loaded / event.total : 0);
      request.onerror = () => reject(new Unreachable());
      request.onload = () => {
        if (request.status < 300) return resolve(JSON.parse(request.responseText) as MediaDetails);
        void problemOf(new Response(request.responseText, { status: request.status })).then(reject);
      };
      request.send(body);
    });
  }
}

export function useMediaApi(): MediaApi {
  const client = useApi();
  const bot = useBot();
  const session = useSession();
  return useMemo(() => new MediaApi(client as unknown as Verbs, bot.id, session.csrf), [client, bot.id, session.csrf]);
}

export const MEDIA = (bot: string) => ["content", bot, "media"] as const;
