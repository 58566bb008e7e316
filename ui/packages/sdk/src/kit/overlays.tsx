/** What lies over a page: dialogs, drawers, menus. Focus goes in and comes back, Escape closes, the page behind does not scroll. */
import { Drawer as MantineDrawer, Menu as MantineMenu, Modal } from "@mantine/core";
import type { LucideIcon } from "lucide-react";
import { useLayoutEffect, useState } from "react";
import type { ReactElement, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Button } from "./button";
import { TextField } from "./fields";
import { Keys } from "./keys";

export type DialogProps = {
  title: string;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
  /** Buttons, the important one last. */
  actions?: ReactNode;
  wide?: boolean;
};

/** Gives the focus back to where it was, also when the whole dialog is taken away at once. */
function useFocusBack(open: boolean): void {
  useLayoutEffect(() => {
    if (!open) return;
    const before = document.activeElement;
    return () => {
      setTimeout(() => {
        if (before instanceof HTMLElement && before.isConnected && document.querySelector("[aria-modal=true]") === null) before.focus();
      });
    };
  }, [open]);
}

/** A window that must be answered or closed. */
export function Dialog({ title, open, onClose, children, actions, wide }: DialogProps): ReactNode {
  const { t } = useTranslation("kit");
  useFocusBack(open);
  return (
    <Modal
      opened={open}
      onClose={onClose}
      title={title}
      size={wide ? 720 : 480}
      lockScroll={false}
      centered
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      {children}
      {actions && <div className="gb-actions">{actions}</div>}
    </Modal>
  );
}

/** A panel from the end of the line, over the page. */
export function Drawer({ title, open, onClose, children, side = "right", width = 480 }: { title: string; open: boolean; onClose: () => void; children: ReactNode; side?: "left" | "right"; width?: number }): ReactNode {
  const { t } = useTranslation("kit");
  return (
    <MantineDrawer opened={open} onClose={onClose} title={title} position={side} size={width} lockScroll={false} transitionProps={{ duration: 0 }} closeButtonProps={{ "aria-label": t("close") }}>
      {children}
    </MantineDrawer>
  );
}

export type ConfirmProps = {
  title: string;
  open: boolean;
  onClose: () => void;
  onConfirm: () => void;
  /** The effect, with its numbers. */
  children: ReactNode;
  /** The verb on the button. */
  verb: string;
  busy?: boolean;
  danger?: boolean;
  /** What must be typed first, for what cannot be taken back. */
  typed?: string;
};

/** Says what will happen and asks; what cannot be taken back must be typed. */
export function ConfirmDialog({ typed, ...props }: ConfirmProps): ReactNode {
  return typed === undefined ? <Confirm {...props} ready /> : props.open ? <ConfirmTyped {...props} typed={typed} /> : null;
}

function ConfirmTyped({ typed, children, ...props }: ConfirmProps & { typed: string }): ReactNode {
  const { t } = useTranslation("kit");
  const [words, setWords] = useState("");
  return (
    <Confirm {...props} ready={words.trim() === typed}>
      {children}
      <TextField label={t("confirm.type", { what: typed })} value={words} onChange={setWords} autoComplete="off" dir="auto" />
    </Confirm>
  );
}

function Confirm({ ready, verb, onConfirm, busy, danger = true, children, ...props }: ConfirmProps & { ready: boolean }): ReactNode {
  const { t } = useTranslation("kit");
  const actions = (
    <>
      <Button onClick={props.onClose}>{t("cancel")}</Button>
      <Button intent={danger ? "danger" : "primary"} disabled={!ready} busy={busy ?? false} onClick={onConfirm}>
        {verb}
      </Button>
    </>
  );
  return (
    <Dialog {...props} actions={actions}>
      <div className="gb-stack">{children}</div>
    </Dialog>
  );
}

export type MenuEntry =
  | { label: string; icon?: LucideIcon | undefined; keys?: string | undefined; onClick: () => void; danger?: boolean; disabled?: boolean; checked?: boolean }
  | { label: string; icon?: LucideIcon | undefined; to: string }
  | { heading: string }
  | "line";

/** A list of verbs behind a button, which names it. */
export function Menu({ entries, children, width = 220 }: { entries: readonly MenuEntry[]; children: ReactElement; width?: number }): ReactNode {
  return (
    <MantineMenu position="bottom-end" width={width} transitionProps={{ duration: 0 }} withInitialFocusPlaceholder={false} withinPortal>
      <MantineMenu.Target>{children}</MantineMenu.Target>
      <MantineMenu.Dropdown>
        {entries.map((entry, index) => (
          <MenuLine key={index} entry={entry} />
        ))}
      </MantineMenu.Dropdown>
    </MantineMenu>
  );
}

function MenuLine({ entry }: { entry: MenuEntry }): ReactNode {
  if (entry === "line") return <MantineMenu.Divider />;
  if ("heading" in entry) return <MantineMenu.Label>{entry.heading}</MantineMenu.Label>;
  const Icon = entry.icon;
  const icon = Icon && <Icon size={16} aria-hidden />;
  if ("to" in entry) {
    return (
      <MantineMenu.Item component={Link} to={entry.to} leftSection={icon}>
        {entry.label}
      </MantineMenu.Item>
    );
  }
  return (
    <MantineMenu.Item
      leftSection={icon}
      rightSection={entry.keys ? <Keys of={entry.keys} /> : undefined}
      disabled={entry.disabled ?? false}
      className={entry.danger ? "gb-menu-danger" : ""}
      aria-current={entry.checked ? "true" : undefined}
      onClick={entry.onClick}
    >
      {entry.label}
    </MantineMenu.Item>
  );
}
