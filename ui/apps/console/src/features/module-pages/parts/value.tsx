/** A value as its column says. */
import { RelativeTime, useModule } from "@gutenbot/console";
import { Check, Minus } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export function Value({ of, kind }: { of: unknown; kind: string }): ReactNode {
  const { t } = useTranslation();
  const { language } = useModule();
  if (of === null || of === undefined || of === "") return <span className="gb-faint">–</span>;
  const text = typeof of === "string" ? of : JSON.stringify(of);
  switch (kind) {
    case "number":
      return typeof of === "number" ? new Intl.NumberFormat(language === "en-XA" ? "en" : language).format(of) : text;
    case "time":
      return <RelativeTime at={text} />;
    case "yesno":
      return of === true ? (
        <>
          <Check size={16} aria-hidden /> {t("modulePages.yes")}
        </>
      ) : (
        <>
          <Minus size={16} aria-hidden /> {t("modulePages.no")}
        </>
      );
    case "tag":
      return <span className="gb-tag">{text}</span>;
    case "code":
      return <code dir="ltr">{text}</code>;
    case "long":
      return (
        <bdi className="gb-lines" dir="auto">
          {text}
        </bdi>
      );
    default:
      return <bdi>{text}</bdi>;
  }
}
