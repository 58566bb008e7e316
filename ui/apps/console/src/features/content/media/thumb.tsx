/** A small picture of a file, or the sign of its kind. */
import { FileText, Film, Music } from "lucide-react";
import type { ReactNode } from "react";
import type { Media } from "../types";
import { useMediaApi } from "./api";

export function kindOfMedia(media: Pick<Media, "mime">): "image" | "audio" | "video" | "file" {
  const [kind] = media.mime.split("/");
  return kind === "image" || kind === "audio" || kind === "video" ? kind : "file";
}

export function Thumb({ media }: { media: Media }): ReactNode {
  const api = useMediaApi();
  const kind = kindOfMedia(media);
  return (
    <span className="gb-thumb">
      {kind === "image" ? <img src={api.fileOf(media, 320)} alt="" loading="lazy" /> : kind === "audio" ? <Music aria-hidden /> : kind === "video" ? <Film aria-hidden /> : <FileText aria-hidden />}
    </span>
  );
}

/** Bytes in words. */
export function sizeWords(bytes: number, language: string): string {
  const unit = bytes >= 1_000_000 ? "megabyte" : bytes >= 1000 ? "kilobyte" : "byte";
  const divisor = { megabyte: 1_000_000, kilobyte: 1000, byte: 1 }[unit];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / divisor);
}
