/** Mantine's theme, made of our tokens. Its custom properties are written into a style sheet at build time: no style element at run time. */
import { createTheme, DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from "@mantine/core";
import type { ConvertCSSVariablesInput, MantineColorsTuple, VariantColorsResolver } from "@mantine/core";
import { DARK, LIGHT, RAMPS, variablesOf } from "./tokens";

const SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
const MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace";

function tuple(ramp: readonly string[]): MantineColorsTuple {
  return ramp as unknown as MantineColorsTuple;
}

/** Colours of buttons: always pairs of tokens, so that both schemes have contrast. */
const variantColorResolver: VariantColorsResolver = ({ variant, color }) => {
  const danger = color === "red";
  const border = "1px solid transparent";
  if (variant === "filled") {
    const name = danger ? "danger" : "accent";
    return { background: `var(--gb-${name})`, hover: `var(--gb-${name}-hover)`, color: `var(--gb-on-${name})`, border };
  }
  const text = danger ? "var(--gb-bad-text)" : variant === "default" ? "var(--gb-text)" : "var(--gb-link)";
  const neutral = variant === "default" ? "1px solid var(--gb-control)" : border;
  const background = variant === "default" ? "var(--gb-surface)" : "transparent";
  return { background, hover: "var(--gb-hover)", color: text, border: neutral };
};

const UNUSED = /^--mantine-color-(pink|grape|indigo|cyan|lime|yellow|orange|teal|violet|blue|green|amber)-/;

export const theme = createTheme({
  variantColorResolver,
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 4 },
  colors: Object.fromEntries(Object.entries(RAMPS).map(([name, ramp]) => [name, tuple(ramp)])),
  white: "#ffffff",
  black: LIGHT.text,
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  defaultRadius: "sm",
  radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "20px" },
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  lineHeights: { xs: "1.45", sm: "1.45", md: "1.45", lg: "1.45", xl: "1.4" },
  spacing: { xs: "0.5rem", sm: "0.75rem", md: "1rem", lg: "1.5rem", xl: "2rem" },
  headings: { fontWeight: "600", sizes: { h1: { fontSize: "1.25rem" }, h2: { fontSize: "1rem" }, h3: { fontSize: "0.875rem" } } },
  cursorType: "pointer",
  respectReducedMotion: true,
});

/** Everything that the style sheet sets: Mantine's properties, ours, and those of Mantine that ours replace. */
export function cssVariables(): ConvertCSSVariablesInput {
  const made = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
  return {
    variables: used(made.variables),
    light: { ...used(made.light), ...variablesOf(LIGHT), ...OURS },
    dark: { ...used(made.dark), ...variablesOf(DARK), ...OURS },
  };
}

/** Without the colours that no component of ours takes. */
function used(variables: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !UNUSED.test(name)));
}

const OURS = {
  "--mantine-color-body": "var(--gb-surface)",
  "--mantine-color-text": "var(--gb-text)",
  "--mantine-color-bright": "var(--gb-text)",
  "--mantine-color-dimmed": "var(--gb-muted)",
  "--mantine-color-placeholder": "var(--gb-muted)",
  "--mantine-color-anchor": "var(--gb-link)",
  "--mantine-color-error": "var(--gb-bad-text)",
  "--mantine-color-default": "var(--gb-surface)",
  "--mantine-color-default-hover": "var(--gb-hover)",
  "--mantine-color-default-border": "var(--gb-control)",
  "--mantine-color-default-color": "var(--gb-text)",
  "--mantine-primary-color-filled": "var(--gb-accent)",
  "--mantine-primary-color-filled-hover": "var(--gb-accent-hover)",
  "--mantine-primary-color-contrast": "var(--gb-on-accent)",
};
