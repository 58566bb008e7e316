/** Where a package comes from: a file of this computer, the index of the server, a folder of the server. */
import type { ModulePackage } from "@gutenbot/api";
import { problemOf } from "@gutenbot/api";
import { Button, EmptyState, ErrorCard, ExactTime, SegmentedField, Skeleton, TextField, useApi, useConsole, useWrite } from "@gutenbot/console";
import { useRef, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSources, useWork } from "./api";

type Source = "file" | "index" | "folder";
type PickProps = { onPicked: (found: ModulePackage) => void; onFetch: (wanted: { name: string; version: string }) => void };

export function Pick({ onPicked, onFetch }: PickProps): ReactNode {
  const { t } = useTranslation("modules");
  const [source, setSource] = useState<Source>("file");
  const options = (["file", "index", "folder"] as const).map((value) => ({ value, label: t(`source.${value}`) }));
  return (
    <>
      <SegmentedField<Source> label={t("source.from")} value={source} onChange={setSource} options={options} />
      {source === "file" && <FromFile onPicked={onPicked} />}
      {source === "index" && <FromIndex onFetch={onFetch} />}
      {source === "folder" && <FromFolder onPicked={onPicked} />}
    </>
  );
}

function FromFile({ onPicked }: Pick<PickProps, "onPicked">): ReactNode {
  const { t } = useTranslation("modules");
  const { session } = useConsole();
  const input = useRef<HTMLInputElement>(null);
  const upload = useWrite({ quiet: true, run: (file: File, key) => sent(file, session?.csrf ?? "", key), onDone: onPicked });
  return (
    <>
      <p>{t("install.pick")}</p>
      <input
        ref={input}
        type="file"
        hidden
        accept=".whl,.zip"
        aria-label={t("install.file")}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) upload.mutate(file);
          event.currentTarget.value = "";
        }}
      />
      <span>
        <Button busy={upload.isPending} onClick={() => input.current?.click()}>
          {t("install.choose")}
        </Button>
      </span>
      {upload.error && <ErrorCard error={upload.error} />}
    </>
  );
}

/** The file itself is the body: nothing is gained by packing it again. */
async function sent(file: File, csrf: string, key: string): Promise<ModulePackage> {
  const answer = await fetch(`/api/v1/packages?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    body: file,
    credentials: "same-origin",
    headers: { "Content-Type": "application/octet-stream", "X-CSRF-Token": csrf, "Idempotency-Key": key },
  });
  if (!answer.ok) throw await problemOf(answer);
  return (await answer.json()) as ModulePackage;
}

function FromIndex({ onFetch }: Pick<PickProps, "onFetch">): ReactNode {
  const { t } = useTranslation("modules");
  const sources = useSources(true);
  const [name, setName] = useState("");
  const [version, setVersion] = useState("");
  if (sources.error) return <ErrorCard error={sources.error} onRetry={() => void sources.refetch()} />;
  if (sources.isPending) return <Skeleton />;
  if (sources.data.indexes.length === 0) return <EmptyState kind="off" title={t("source.noIndex")} />;
  return (
    <form
      className="gb-stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) onFetch({ name: name.trim(), version: version.trim() });
      }}
    >
      <p>{t("source.indexText", { indexes: sources.data.indexes.join(", ") })}</p>
      <TextField label={t("source.name")} value={name} onChange={setName} required dir="ltr" placeholder="gutenbot-notes" autoComplete="off" maxLength={100} />
      <TextField label={t("detail.version")} help={t("source.versionHelp")} value={version} onChange={setVersion} dir="ltr" autoComplete="off" maxLength={50} />
      <span>
        <Button type="submit" disabled={!name.trim()}>
          {t("source.fetch")}
        </Button>
      </span>
    </form>
  );
}

function FromFolder({ onPicked }: Pick<PickProps, "onPicked">): ReactNode {
  const { t } = useTranslation("modules");
  const api = useApi();
  const sources = useSources(true);
  const take = useWrite({
    quiet: true,
    run: (body: { folder: number; name: string }, idempotencyKey) => api.post("/api/v1/packages/from-folder", { body, idempotencyKey }),
    onDone: onPicked,
  });
  if (sources.error) return <ErrorCard error={sources.error} onRetry={() => void sources.refetch()} />;
  if (sources.isPending) return <Skeleton />;
  const { folders, files } = sources.data;
  if (folders.length === 0) return <EmptyState kind="off" title={t("source.noFolder")}>{t("source.noFolderText")}</EmptyState>;
  if (files.length === 0) return <EmptyState kind="first-use" title={t("source.empty")}>{folders.join(", ")}</EmptyState>;
  return (
    <>
      {take.error && <ErrorCard error={take.error} />}
      <ul className="gb-module-files">
        {files.map(({ folder, name, changed }) => (
          <li key={`${folder}/${name}`}>
            <span>
              <bdi dir="ltr">{name}</bdi>
              <br />
              <small className="gb-faint">
                <bdi dir="ltr">{folders[folder]}</bdi> · <ExactTime at={changed} />
              </small>
            </span>
            <Button small busy={take.isPending && take.variables.name === name} aria-label={t("source.takeOf", { name })} onClick={() => take.mutate({ folder, name })}>
              {t("source.take")}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What is done, line by line, as it is done. */
export function WorkLog({ id }: { id: string }): ReactNode {
  const { t } = useTranslation("modules");
  const work = useWork(id);
  const lines = work.data?.lines ?? [];
  return (
    <div className="gb-work" role="log" aria-live="polite" aria-label={t("install.log")}>
      <ol>
        {lines.map((line, place) => (
          <li key={`${line.at} ${place}`} data-stage={line.stage}>
            <b>{t(`stage.${line.stage}` as "stage.resolve", { defaultValue: line.stage })}</b> <bdi>{line.text}</bdi>
          </li>
        ))}
      </ol>
      {lines.length === 0 && <Skeleton lines={2} />}
    </div>
  );
}
