/** Choosing a file: what is accepted is said before, and checked before anything is sent. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useChatState, usePanel } from "./context";
import { useUploads } from "./uploads";
import { fileProblem } from "./file-check";

export function Attach({ close }: { close: () => void }): JSX.Element {
  const { words } = usePanel();
  const { limits } = useChatState();
  const { send } = useUploads();
  const [problem, setProblem] = useState("");
  const choose = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => choose.current?.focus(), []);
  const take = (files: Iterable<File>) => {
    const chosen = [...files];
    const refused = chosen.map((file) => fileProblem(file, limits)).find((found) => found !== null);
    if (refused !== undefined) {
      setProblem(words.t(refused, { size: words.bytes(limits.file_bytes) }));
      return;
    }
    for (const file of chosen) send(file);
    if (chosen.length > 0) close();
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    take(event.dataTransfer?.files ?? []);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  };
  return (
    <div class="attach" role="group" aria-label={words.t("composer.attach")} onDrop={onDrop} onDragOver={(event) => event.preventDefault()} onKeyDown={onKeyDown}>
      <input ref={input} type="file" multiple hidden accept={limits.file_types.join(",")} onChange={(event) => take(event.currentTarget.files ?? [])} />
      <p>
        {words.t("upload.limits", { size: words.bytes(limits.file_bytes) })}{" "}
        {limits.file_types.length > 0 && words.t("upload.types", { types: limits.file_types.map(shortType).join(", ") })}
      </p>
      {problem !== "" && <p class="error" role="alert">{problem}</p>}
      <div class="row-of-buttons">
        <button type="button" class="button" ref={choose} onClick={() => input.current?.click()}>{words.t("upload.choose")}</button>
        <button type="button" class="button quiet" onClick={close}>{words.t("cancel")}</button>
      </div>
    </div>
  );
}

function shortType(type: string): string {
  return type.replace(/^application\//, "").replace(/^\./, "").replace(/\/\*$/, "");
}
