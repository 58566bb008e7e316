/** The state of a text in a language: a sign, and words for those who do not see it. */
import { SourceChip, StatusPill } from "@gutenbot/console";
import type { Tone } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ItemLine, SourceInfo, TextState } from "./types";

const STATES: readonly TextState[] = ["live", "draft", "review", "scheduled", "missing", "stale", "conflict"];
const TONES: Record<TextState, Tone> = { live: "good", draft: "info", review: "human", scheduled: "info", missing: "calm", stale: "warn", conflict: "bad" };
const SIGNS: Record<TextState, string> = { live: "●", draft: "◐", review: "◑", scheduled: "◷", missing: "○", stale: "◍", conflict: "⚠" };

/** The state that a word of the server stands for; one that this console does not know yet is live. */
export function stateOf(word: string): TextState {
  return STATES.find((one) => one === word) ?? "live";
}

export function StatePill({ state }: { state: string }): ReactNode {
  const { t } = useTranslation("content");
  if (state === "archived") return <StatusPill tone="calm">{t("state.archived")}</StatusPill>;
  const known = stateOf(state);
  return <StatusPill tone={TONES[known]}>{t(`state.${known}`)}</StatusPill>;
}

/** A language with the sign of its state. */
export function LocaleDot({ locale, state }: { locale: string; state: string }): ReactNode {
  const { t } = useTranslation("content");
  const known = stateOf(state);
  const words = t(`state.${known}`);
  return (
    <span className="gb-locale" data-sign={TONES[known]} title={`${locale}: ${words}`}>
      <span dir="ltr">{locale}</span>
      <span aria-hidden>{SIGNS[known]}</span>
      <span className="gb-unseen">{words}</span>
    </span>
  );
}

/** Where an item comes from. */
export function Chip({ source }: { source: SourceInfo }): ReactNode {
  if (source.kind === "console") return <SourceChip source={{ kind: "console" }} />;
  if (source.kind === "module") return <SourceChip source={{ kind: "module", module: source.place }} />;
  return <SourceChip source={{ kind: source.kind, place: source.place }} />;
}

const RTL = /^(ar|he|fa|ur|ps|sd|yi|dv|ckb)\b/;

/** The direction in which a language is written. */
export function directionOf(locale: string): "ltr" | "rtl" {
  return RTL.test(locale) ? "rtl" : "ltr";
}

/** What a language is called in the language of the console. */
export function languageName(locale: string, shownIn: string): string {
  try {
    return new Intl.DisplayNames([shownIn], { type: "language" }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}

/** An item by its id and its first words. */
export function ItemCell({ item }: { item: ItemLine }): ReactNode {
  return (
    <span className="gb-item-cell">
      <code dir="ltr">{item.id}</code>
      <bdi className="gb-faint">{item.title || item.words}</bdi>
    </span>
  );
}
