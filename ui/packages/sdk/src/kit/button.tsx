/** Buttons. One primary button on a page; danger only where something is lost. */
import { ActionIcon, Button as MantineButton } from "@mantine/core";
import type { LucideIcon } from "lucide-react";
import type { MouseEventHandler, ReactNode, Ref } from "react";
import { Link } from "react-router";
import { Tooltip } from "./tooltip";

export type Intent = "primary" | "default" | "quiet" | "danger";
const VARIANTS = { primary: "filled", default: "default", quiet: "subtle", danger: "filled" } as const;

export type ButtonProps = {
  children: ReactNode;
  intent?: Intent;
  icon?: LucideIcon | undefined;
  small?: boolean;
  busy?: boolean;
  disabled?: boolean;
  type?: "button" | "submit";
  /** The id of the form that it submits, when it stands outside of it. */
  form?: string;
  wide?: boolean;
  onClick?: MouseEventHandler<HTMLButtonElement>;
  ref?: Ref<HTMLButtonElement>;
  "aria-expanded"?: boolean;
  "aria-pressed"?: boolean;
  "aria-describedby"?: string;
};

/** A button with words. While `busy` it cannot be pressed again. */
export function Button({ intent = "default", icon: Icon, small, busy, wide, type = "button", children, ...rest }: ButtonProps): ReactNode {
  return (
    <MantineButton
      type={type}
      variant={VARIANTS[intent]}
      size={small ? "xs" : "sm"}
      color={intent === "danger" ? "red" : "accent"}
      leftSection={Icon && <Icon size={16} aria-hidden />}
      fullWidth={wide ?? false}
      loading={busy ?? false}
      {...rest}
    >
      {children}
    </MantineButton>
  );
}

export type IconButtonProps = {
  icon: LucideIcon;
  /** What it does, for the tooltip and for people who do not see the icon. */
  label: string;
  keys?: string | undefined;
  disabled?: boolean;
  onClick?: MouseEventHandler<HTMLButtonElement>;
  ref?: Ref<HTMLButtonElement>;
  "aria-expanded"?: boolean;
  "aria-pressed"?: boolean;
  "aria-controls"?: string;
  "aria-haspopup"?: "menu" | "dialog" | "listbox";
};

/** A button that is only an icon. */
export function IconButton({ icon: Icon, label, keys, ...rest }: IconButtonProps): ReactNode {
  return (
    <Tooltip label={label} keys={keys}>
      <ActionIcon variant="subtle" color="gray" size={32} aria-label={label} type="button" {...rest}>
        <Icon size={18} aria-hidden className="gb-icon" />
      </ActionIcon>
    </Tooltip>
  );
}

/** A link that looks like a button. */
export function LinkButton({ to, intent = "default", icon: Icon, children }: { to: string; intent?: Intent; icon?: LucideIcon; children: ReactNode }): ReactNode {
  return (
    <MantineButton component={Link} to={to} variant={VARIANTS[intent]} size="sm" leftSection={Icon && <Icon size={16} aria-hidden />}>
      {children}
    </MantineButton>
  );
}
