/** A file comes back: first it is shown what would change, then it is done. */
import { Banner, Button, Dialog, DiffView, SegmentedField, SelectField, useBot, useSession, useWrite } from "@gutenbot/console";
import { problemOf } from "@gutenbot/api";
import { FileUp } from "lucide-react";
import { useRef, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { KEY } from "../api";
import type { Exchange } from "../types";
import { FORMATS } from "./export";
import type { Format } from "./export";

type Mode = "merge" | "replace";
const MOST = 50;

function formatOf(name: string): Format {
  const ending = name.split(".").at(-1)?.toLowerCase() ?? "";
  return ending === "xlf" ? "xliff" : ending === "yml" ? "yaml" : (FORMATS.find((one) => one === ending) ?? "json");
}

export function ImportDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBot();
  const session = useSession();
  const input = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [format, setFormat] = useState<Format>("xliff");
  const [mode, setMode] = useState<Mode>("merge");
  const send = async (dry: boolean): Promise<Exchange> => {
    const query = new URLSearchParams({ format, mode, dry_run: String(dry), ...(mode === "replace" && { publish: "true" }) });
    const response = await fetch(`/api/v1/bots/${encodeURIComponent(bot.id)}/content/import?${query.toString()}`, {
      method: "POST",
      body: file,
      headers: { "Content-Type": "application/octet-stream", "X-CSRF-Token": session.csrf },
    });
    if (!response.ok) throw await problemOf(response);
    return (await response.json()) as Exchange;
  };
  const look = useWrite({ run: () => send(true), quiet: true });
  const carry = useWrite({ run: () => send(false), changes: [KEY.all(bot.id)], quiet: true, done: (found) => t("import.done", { added: found.added, changed: found.changed }), onDone: onClose });
  const choose = (next: File | undefined) => {
    setFile(next ?? null);
    if (next) setFormat(formatOf(next.name));
    look.reset();
  };
  const found = look.data;
  const error = look.error ?? carry.error;
  const actions = (
    <>
      <Button onClick={onClose}>{t("word.cancel")}</Button>
      {found ? (
        <Button intent={mode === "replace" && found.removed > 0 ? "danger" : "primary"} busy={carry.isPending} disabled={found.added + found.changed + found.removed === 0} onClick={() => carry.mutate()}>
          {t("import.carry")}
        </Button>
      ) : (
        <Button intent="primary" busy={look.isPending} disabled={file === null} onClick={() => look.mutate()}>
          {t("import.look")}
        </Button>
      )}
    </>
  );
  return (
    <Dialog open wide title={t("languages.import")} onClose={onClose} actions={actions}>
      <div className="gb-stack">
        <div className="gb-row">
          <input ref={input} type="file" hidden aria-label={t("import.file")} accept=".xliff,.xlf,.csv,.yaml,.yml,.json" onChange={(event) => choose(event.currentTarget.files?.[0])} />
          <Button icon={FileUp} onClick={() => input.current?.click()}>
            {t("import.choose")}
          </Button>
          {file ? <bdi>{file.name}</bdi> : <span className="gb-faint">{t("import.noFile")}</span>}
        </div>
        <SelectField label={t("languages.format")} value={format} onChange={(value) => setFormat(FORMATS.find((one) => one === value) ?? "json")} options={FORMATS.map((value) => ({ value, label: t(`languages.formats.${value}`) }))} />
        <SegmentedField
          label={t("import.mode")}
          value={mode}
          onChange={(value) => {
            setMode(value);
            look.reset();
          }}
          options={[
            { value: "merge", label: t("import.merge") },
            { value: "replace", label: t("import.replace") },
          ]}
          help={t(mode === "merge" ? "import.mergeHelp" : "import.replaceHelp")}
        />
        {error && <Banner tone="bad" live title={t("import.failed")}>{error.message}</Banner>}
        {found && <Found found={found} />}
      </div>
    </Dialog>
  );
}

function Found({ found }: { found: Exchange }): ReactNode {
  const { t } = useTranslation("content");
  return (
    <>
      <Banner tone={found.removed > 0 ? "warn" : "info"} live title={t("import.would", { added: found.added, changed: found.changed, removed: found.removed, unchanged: found.unchanged })} />
      {found.problems.length > 0 && (
        <Banner tone="warn" title={t("import.problems", { count: found.problems.length })}>
          <ul className="gb-changes">
            {found.problems.slice(0, MOST).map((one, index) => (
              <li key={index}>
                {one.id && <code dir="ltr">{one.id}</code>} {one.message}
              </li>
            ))}
          </ul>
        </Banner>
      )}
      {found.changes.slice(0, MOST).map((one) => (
        <details key={`${one.id} ${one.locale}`} className="gb-when">
          <summary>
            <code dir="ltr">{one.id}</code> {one.locale}
          </summary>
          <DiffView before={one.before ?? ""} after={one.after ?? ""} label={one.id} />
        </details>
      ))}
      {found.changes.length > MOST && <p className="gb-faint">{t("import.more", { count: found.changes.length - MOST })}</p>}
    </>
  );
}
