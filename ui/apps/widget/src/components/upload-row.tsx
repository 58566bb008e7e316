/** A file on its way: how far it is, with a way to stop it or to try again. */

import type { JSX } from "preact";
import type { Upload } from "../store/state";
import { usePanel } from "./context";
import { Icon } from "./icons";
import { Line } from "./row";
import { useUploads } from "./uploads";

export function UploadRow({ upload, first }: { upload: Upload; first: boolean }): JSX.Element {
  const { words } = usePanel();
  const { cancel, retry } = useUploads();
  const percent = words.percent(upload.progress);
  return (
    <Line side="in" first={first} at={Date.now()} author={words.t("you")} pending>
      <div class="bubble in upload" part="bubble bubble-in">
        <span class="file">
          <Icon name="file" />
          <span class="file-text"><bdi>{upload.name}</bdi><small>{words.bytes(upload.size)}</small></span>
        </span>
        {upload.state === "sending" && <progress value={upload.progress} max={1} aria-label={words.t("upload.progress", { name: upload.name, percent })} />}
      </div>
      {upload.state === "failed" ? (
        <div class="delivery failed" role="alert">
          <span>{words.t("item.failed")} {problem(upload, words.t)}</span>
          <button type="button" onClick={() => retry(upload.id)}>{words.t("item.retry")}</button>
          <button type="button" onClick={() => cancel(upload.id)}>{words.t("item.discard")}</button>
        </div>
      ) : (
        <div class="delivery">
          <span>{percent}</span>
          <button type="button" onClick={() => cancel(upload.id)}>{words.t("upload.cancel")}</button>
        </div>
      )}
    </Line>
  );
}

function problem({ problem: code }: Upload, t: ReturnType<typeof usePanel>["words"]["t"]): string {
  if (code === "network") return t("problem.network");
  if (/large|size/.test(code)) return t("problem.too-long");
  if (code.includes("type")) return t("problem.file-type");
  return t("problem.other");
}
