/** How the console looks and what its keys do. */
import { SegmentedField, Section, ShortcutList, usePreferences } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export function Look(): ReactNode {
  const { t } = useTranslation();
  const [preferences, prefer] = usePreferences();
  const schemes = (["auto", "light", "dark"] as const).map((value) => ({ value, label: t(`me.scheme.${value}`) }));
  const densities = (["comfortable", "compact"] as const).map((value) => ({ value, label: t(`account.${value}`) }));
  return (
    <>
      <Section title={t("account.look")}>
        <SegmentedField label={t("account.scheme")} value={preferences.scheme ?? "auto"} onChange={(scheme) => prefer({ scheme })} options={schemes} />
        <SegmentedField label={t("account.density")} value={preferences.density ?? "comfortable"} onChange={(density) => prefer({ density })} options={densities} />
      </Section>
      <Section title={t("word.keys")}>
        <ShortcutList met />
      </Section>
    </>
  );
}
