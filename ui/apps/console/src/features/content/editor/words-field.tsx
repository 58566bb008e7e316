/** Words with variables: text that grows, its variables as chips below, and braces that are closed for those who forget them. */
import { Button, Dialog, IconButton, Menu, TextAreaField, TextField, useToast } from "@gutenbot/console";
import { Braces, TriangleAlert } from "lucide-react";
import { useRef, useState } from "react";
import type { ReactNode, SubmitEvent } from "react";
import { useTranslation } from "react-i18next";
import { chipsOf, isUnbalanced, repaired, withFallback, written } from "../model/template";
import type { Chip } from "../model/template";
import { directionOf } from "../states";
import { useEditing, useProblemAt } from "./context";

export type WordsFieldProps = {
  label: string;
  path: string;
  value: string;
  onChange: (value: string) => void;
  rows?: number;
  help?: string | undefined;
  required?: boolean;
  /** The most characters that it may have, where that is known. */
  limit?: number;
  /** A field for a single line: a title, a name. */
  line?: boolean;
};

type Asking = { chip: Chip | null; name: string; fallback: string };

export function WordsField({ label, path, value, onChange, rows = 2, help, required, limit, line }: WordsFieldProps): ReactNode {
  const { t } = useTranslation("content");
  const { locale, locked, others } = useEditing();
  const toast = useToast();
  const frame = useRef<HTMLDivElement>(null);
  const [asking, setAsking] = useState<Asking | null>(null);
  const problem = useProblemAt(path);
  const chips = chipsOf(value);
  const unbalanced = isUnbalanced(value);
  const here = others.filter((one) => one.field === path).map((one) => one.name);
  const mend = () => {
    if (!unbalanced) return;
    onChange(repaired(value));
    toast({ text: t("words.mended") });
  };
  const insert = (text: string) => {
    const field = frame.current?.querySelector<HTMLTextAreaElement | HTMLInputElement>("textarea, input");
    const from = field?.selectionStart ?? value.length;
    const to = field?.selectionEnd ?? from;
    onChange(value.slice(0, from) + text + value.slice(to));
    setTimeout(() => {
      field?.focus();
      field?.setSelectionRange(from + text.length, from + text.length);
    });
  };
  const common = { label, dir: directionOf(locale), value, onChange, error: problem, disabled: locked, onBlur: mend, ...(help !== undefined && { help }), ...(required && { required }) };
  const count = [...value].length;
  return (
    <div className="gb-words" data-path={path} ref={frame} data-others={here.length > 0 ? "" : undefined}>
      {line ? <TextField {...common} /> : <TextAreaField {...common} rows={rows} />}
      {!locked && (
        <span className="gb-words-insert">
          <InsertMenu field={label} onPick={(name) => setAsking({ chip: null, name, fallback: "" })} />
        </span>
      )}
      {here.length > 0 && <span className="gb-here">{t("presence.here", { names: here.join(", ") })}</span>}
      <div className="gb-words-foot">
        {chips.map((chip, index) => (
          <ChipButton key={index} chip={chip} onClick={() => setAsking({ chip, name: chip.name, fallback: chip.fallback ?? "" })} />
        ))}
        {unbalanced && (
          <Button small intent="quiet" icon={TriangleAlert} onClick={mend}>
            {t("words.mend")}
          </Button>
        )}
        {limit !== undefined && count > limit * 0.8 && (
          <span className="gb-faint" data-over={count > limit ? "" : undefined}>
            {t("words.count", { count, limit })}
          </span>
        )}
      </div>
      {asking && (
        <FallbackDialog
          asking={asking}
          onClose={() => setAsking(null)}
          onDone={(name, fallback) => {
            if (asking.chip) onChange(withFallback(value, asking.chip, fallback));
            else insert(written(name, fallback));
            setAsking(null);
          }}
        />
      )}
    </div>
  );
}

/** Names that the code always passes need no fallback. */
function useIsSure(): (name: string) => boolean {
  const { item } = useEditing();
  const passed = new Set(item.variables.filter((one) => one.required).map((one) => one.name));
  return (name) => passed.has(name) || ["locale", "now", "channel", "loop_index"].includes(name);
}

function ChipButton({ chip, onClick }: { chip: Chip; onClick: () => void }): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const sure = useIsSure()(chip.name) || /\|\s*(as_list|length)\b/.test(chip.filters);
  const bare = chip.fallback === null && !sure;
  return (
    <button type="button" className="gb-chip" data-bare={bare ? "" : undefined} onClick={onClick} disabled={locked} title={bare ? t("words.bare") : undefined}>
      <Braces size={12} aria-hidden />
      <span dir="ltr">{chip.name}</span>
      {chip.fallback !== null && <bdi className="gb-faint">{chip.fallback === "" ? t("words.nothing") : chip.fallback}</bdi>}
      {bare && <span className="gb-unseen">{t("words.bare")}</span>}
    </button>
  );
}

function InsertMenu({ field, onPick }: { field: string; onPick: (name: string) => void }): ReactNode {
  const { t } = useTranslation("content");
  const { item, names } = useEditing();
  const passed = item.variables.map((one) => one.name).filter((name) => !names.names.some((known) => known.name === name));
  const entries = [
    ...(passed.length > 0 ? [{ heading: t("words.passed") }, ...passed.map((name) => ({ label: name, onClick: () => onPick(name) }))] : []),
    { heading: t("words.atHand") },
    ...names.names.map((one) => ({ label: one.name, onClick: () => onPick(one.name) })),
    "line" as const,
    { label: t("words.other"), onClick: () => onPick("") },
  ];
  return (
    <Menu entries={entries} width={260}>
      <IconButton icon={Braces} label={t("words.insert", { field })} />
    </Menu>
  );
}

const FORM = "fallback";
const NAME = /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}\p{N}_]+)*$/u;

function FallbackDialog({ asking, onClose, onDone }: { asking: Asking; onClose: () => void; onDone: (name: string, fallback: string | null) => void }): ReactNode {
  const { t } = useTranslation("content");
  const [name, setName] = useState(asking.name);
  const [fallback, setFallback] = useState(asking.fallback);
  const [tried, setTried] = useState(false);
  const sure = useIsSure()(name);
  const badName = !NAME.test(name);
  const lacks = fallback === "" && !sure;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    event.stopPropagation();
    setTried(true);
    if (!badName && !lacks) onDone(name, fallback === "" ? null : fallback);
  };
  const actions = (
    <>
      <Button onClick={onClose}>{t("word.cancel")}</Button>
      <Button intent="primary" type="submit" form={FORM}>
        {t(asking.chip ? "words.change" : "words.put")}
      </Button>
    </>
  );
  return (
    <Dialog open title={t("words.variable")} onClose={onClose} actions={actions}>
      <form id={FORM} className="gb-stack" onSubmit={submit} noValidate>
        {asking.name === "" ? <TextField label={t("words.name")} help={t("words.nameHelp")} value={name} onChange={setName} dir="ltr" required error={tried && badName ? t("words.nameWrong") : undefined} autoFocus /> : <code dir="ltr">{name}</code>}
        <TextField
          label={t("words.fallback")}
          help={t(sure ? "words.fallbackSure" : "words.fallbackHelp")}
          value={fallback}
          onChange={setFallback}
          dir="auto"
          required={!sure}
          error={tried && lacks ? t("words.fallbackNeeded") : undefined}
          autoFocus={asking.name !== ""}
        />
      </form>
    </Dialog>
  );
}
