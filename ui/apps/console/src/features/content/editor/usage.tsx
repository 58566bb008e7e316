/** Where an item is said. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Use } from "../types";

export function UseList({ uses }: { uses: readonly Use[] }): ReactNode {
  const { t } = useTranslation("content");
  if (uses.length === 0) return <p className="gb-faint">{t("usage.none")}</p>;
  return (
    <ul className="gb-lines">
      {uses.map((one, index) => (
        <li key={index}>
          <code dir="ltr">{one.place}</code>
          {one.kind !== "" && <span className="gb-faint gb-grow">{one.kind === "code" ? one.words || one.kind : `${t(`usage.kinds.${one.kind}`, { defaultValue: one.kind })}: ${one.words}`}</span>}
        </li>
      ))}
    </ul>
  );
}
