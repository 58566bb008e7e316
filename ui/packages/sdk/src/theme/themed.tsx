/** Mantine under the page, without style elements: the style sheet has everything. */
import { MantineProvider, DirectionProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { theme } from "./theme";

/** Gives components their theme. The scheme stands on the root element, set before the first paint. */
export function Themed({ scheme, children }: { scheme: "light" | "dark"; children: ReactNode }): ReactNode {
  return (
    <DirectionProvider detectDirection>
      <MantineProvider theme={theme} forceColorScheme={scheme} withCssVariables={false} withGlobalClasses={false}>
        {children}
      </MantineProvider>
    </DirectionProvider>
  );
}
