/** The languages of an item: each with its state, `Alt ←/→` goes from one to the next. */
import { useNavigate, useSearchParams, useShortcut } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LocaleDot } from "../states";
import type { Item } from "../types";

export function Languages({ item, locale, locales, flush }: { item: Item; locale: string; locales: readonly string[]; flush: () => Promise<boolean> }): ReactNode {
  const { t } = useTranslation("content");
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const go = (to: string) => {
    const next = new URLSearchParams(search);
    next.set("locale", to);
    void flush().then((saved) => {
      if (saved) void navigate(`?${next.toString()}`, { replace: true });
    });
  };
  const step = (by: number) => {
    const to = locales[(locales.indexOf(locale) + by + locales.length) % locales.length];
    if (to !== undefined && to !== locale) go(to);
  };
  const section = t("keys.section");
  useShortcut({ id: "content.previousLanguage", keys: "alt+arrowleft", label: t("keys.previousLanguage"), section }, () => step(document.dir === "rtl" ? 1 : -1));
  useShortcut({ id: "content.nextLanguage", keys: "alt+arrowright", label: t("keys.nextLanguage"), section }, () => step(document.dir === "rtl" ? -1 : 1));
  return (
    <div className="gb-language-row" role="group" aria-label={t("list.languages")}>
      {locales.map((one) => (
        <button key={one} type="button" aria-pressed={one === locale} onClick={() => go(one)}>
          <LocaleDot locale={one} state={item.locales[one]?.state ?? "missing"} />
        </button>
      ))}
    </div>
  );
}
