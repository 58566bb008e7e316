/** @jsxImportSource preact */
/** A file to download, from the bot or from the visitor. */

import type { JSX } from "preact";
import { usePanel } from "../components/context";
import { Icon } from "../components/icons";
import { safeMedia } from "./urls";

export function FileView({ url, name, size = 0 }: { url: string; name: string; size?: number }): JSX.Element {
  const { base, words } = usePanel();
  const href = safeMedia(url, base);
  const inside = (
    <>
      <Icon name="file" />
      <span class="file-text">
        <bdi>{name}</bdi>
        {size > 0 && <small>{words.bytes(size)}</small>}
      </span>
    </>
  );
  if (href === null) return <span class="file">{inside}</span>;
  return (
    <a class="file" href={href} download={name} target="_blank" rel="noopener noreferrer">
      {inside}
      <Icon name="save" />
      <span class="hidden">{words.t("file.download")}</span>
    </a>
  );
}
