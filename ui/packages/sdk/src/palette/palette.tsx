/** One box for everything: go to a page, open a thing, do something. All from what the page has already: it opens at once. */
import { Search } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Keys } from "../kit/keys";
import { useAllCommands, useFound } from "./commands";
import type { Command } from "./commands";

const KINDS = ["go", "open", "do"] as const;

/** The palette; `onClose` is called after a command ran too. */
export function CommandPalette({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const { t } = useTranslation("kit");
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      className="gb-palette"
      aria-label={t("palette.label")}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      {open && <Box onClose={onClose} />}
    </dialog>
  );
}

function Box({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation("kit");
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const found = useFound(typed, useAllCommands());
  const ordered = KINDS.flatMap((kind) => found.filter((one) => one.kind === kind));
  const shown = typed.trim() === "" ? ordered : found;
  const list = useId();
  const run = (command: Command) => {
    onClose();
    command.run();
  };
  const key = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && shown.length > 0) {
      event.preventDefault();
      setActive((now) => (now + step + shown.length) % shown.length);
    }
    const command = shown[active];
    if (event.key === "Enter" && command) {
      event.preventDefault();
      run(command);
    }
  };
  return (
    <div>
      <div className="gb-palette-box">
        <Search size={18} aria-hidden />
        <input
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls={list}
          aria-label={t("palette.label")}
          aria-activedescendant={shown[active] ? `${list}-${active}` : undefined}
          placeholder={t("palette.placeholder")}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={key}
        />
        <Keys of="escape" />
      </div>
      {shown.length === 0 && (
        <p className="gb-palette-none" role="status">
          {t("palette.none", { typed })}
        </p>
      )}
      <div id={list} role="listbox" aria-label={t("palette.results")} className="gb-palette-list">
        {shown.map((command, index) => (
          <Line key={command.id} id={`${list}-${index}`} command={command} active={index === active} onRun={() => run(command)} onPoint={() => setActive(index)} />
        ))}
      </div>
    </div>
  );
}

function Line({ id, command, active, onRun, onPoint }: { id: string; command: Command; active: boolean; onRun: () => void; onPoint: () => void }): ReactNode {
  const { t } = useTranslation("kit");
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) line.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const Icon = command.icon;
  return (
    <div ref={line} id={id} role="option" aria-selected={active} className="gb-palette-line" onClick={onRun} onPointerMove={active ? undefined : onPoint}>
      {Icon ? <Icon size={16} aria-hidden /> : <span className="gb-palette-gap" />}
      <span dir="auto">{command.label}</span>
      <span className="gb-faint">{t(`palette.${command.kind}`)}</span>
      {command.keys && <Keys of={command.keys} />}
    </div>
  );
}
