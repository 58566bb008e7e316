/** A file of the library for a message. */
import { Dialog, EmptyState, ErrorCard, Skeleton, TextField, useBot, useCursorList } from "@gutenbot/console";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Media } from "../types";
import { MEDIA, useMediaApi } from "./api";
import { kindOfMedia, Thumb } from "./thumb";
import { Upload } from "./upload";

export function PickMedia({ kind, onPick, onClose }: { kind: "image" | "audio" | "video" | "file"; onPick: (media: Media) => void; onClose: () => void }): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBot();
  const api = useMediaApi();
  const [q, setQ] = useState("");
  const list = useCursorList<Media>([...MEDIA(bot.id), q], (after, signal) => api.list({ q, after }, signal));
  const fitting = list.items.filter((one) => kind === "file" || kindOfMedia(one) === kind);
  return (
    <Dialog open wide title={t("media.pick")} onClose={onClose}>
      <div className="gb-stack">
        <TextField type="search" label={t("media.find")} value={q} onChange={setQ} dir="auto" />
        <Upload onDone={onPick} />
        {list.error && <ErrorCard error={list.error} onRetry={list.reload} />}
        {list.loading && <Skeleton lines={4} />}
        {!list.loading && !list.error && fitting.length === 0 && <EmptyState kind="no-match" title={t("media.nothing")} />}
        <ul className="gb-media">
          {fitting.map((one) => (
            <li key={one.id}>
              <button type="button" onClick={() => onPick(one)}>
                <Thumb media={one} />
                <bdi>{one.name}</bdi>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
