/** A short explanation on hover and on focus; Escape hides it. */
import { Tooltip as MantineTooltip } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";
import { Keys } from "./keys";

export function Tooltip({ label, keys, children, side = "bottom" }: { label: ReactNode; keys?: string | undefined; children: ReactElement; side?: "bottom" | "right" | "left" | "top" }): ReactNode {
  const words = keys ? (
    <>
      {label} <Keys of={keys} />
    </>
  ) : (
    label
  );
  return (
    <MantineTooltip label={words} position={side} openDelay={400} events={{ hover: true, focus: true, touch: false }} withinPortal>
      {children}
    </MantineTooltip>
  );
}
