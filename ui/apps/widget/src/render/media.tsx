/** @jsxImportSource preact */
/** Pictures, sound and film, each with the words for those who do not see or hear it. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { usePanel } from "../components/context";
import type { MediaMessage } from "../protocol/messages";
import { Prose } from "./markdown-view";
import { safeMedia } from "./urls";

export function MediaView({ media }: { media: MediaMessage }): JSX.Element {
  const { base, words, config } = usePanel();
  const [failed, setFailed] = useState(false);
  const url = safeMedia(media.url, base);
  const fail = () => setFailed(true);
  if (url === null || failed) return <div class="bubble out">{media.alt ? <p dir="auto">{media.alt}</p> : null}<small>{words.t("media.failed")}</small></div>;
  return (
    <figure class="media" part="media">
      <Player media={media} url={url} fail={fail} />
      {media.caption !== undefined && media.caption !== "" && <figcaption dir="auto"><Prose text={media.caption} markdown={config.markdown} /></figcaption>}
      {media.type !== "image" && media.alt !== undefined && media.alt !== "" && (
        <details>
          <summary>{words.t("media.transcript")}</summary>
          <p dir="auto">{media.alt}</p>
        </details>
      )}
    </figure>
  );
}

function Player({ media, url, fail }: { media: MediaMessage; url: string; fail: () => void }): JSX.Element {
  const { words } = usePanel();
  const alt = media.alt ?? "";
  if (media.type === "audio") return <audio controls preload="metadata" src={url} aria-label={alt || undefined} onError={fail} />;
  if (media.type === "video") return <video controls playsInline preload="metadata" src={url} aria-label={alt || undefined} onError={fail} />;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" aria-label={alt === "" ? words.t("media.open") : undefined}>
      <img src={url} alt={alt} loading="lazy" onError={fail} />
    </a>
  );
}
