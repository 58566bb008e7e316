/** Where an item is said. */
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Use } from "../types";

const KINDS = ["subscription", "broadcast", "reply"] as const;

/** What a use is called, with what kind of thing it is where that is known. */
function wordsOf(use: Use, t: TFunction<"content">): string {
  if (use.kind === "collection") return t("usage.picks", { collection: use.words.replace(/^picks of /, "") });
  const kind = KINDS.find((one) => one === use.kind);
  return kind ? `${t(`usage.kinds.${kind}`)}: ${use.words || use.place}` : use.words || use.kind;
}

export function UseList({ uses }: { uses: readonly Use[] }): ReactNode {
  const { t } = useTranslation("content");
  if (uses.length === 0) return <p className="gb-faint">{t("usage.none")}</p>;
  return (
    <ul className="gb-lines">
      {uses.map((one, index) => (
        <li key={index}>
          <code dir="ltr">{one.place}</code>
          {one.kind !== "" && <span className="gb-faint gb-grow">{wordsOf(one, t)}</span>}
        </li>
      ))}
    </ul>
  );
}
