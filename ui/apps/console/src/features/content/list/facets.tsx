/** What there is, counted, beside the list: a click narrows the list to it, another one widens it again. */
import { useSearchParams } from "@gutenbot/console";
import { useId } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { languageName, stateOf } from "../states";
import type { Facet, Facets } from "../types";

export const TREE = ["state", "type", "source", "locale", "collection"] as const;
type Name = (typeof TREE)[number];
const MOST = 12;

export function FacetTree({ facets }: { facets: Facets | undefined }): ReactNode {
  const { t } = useTranslation("content");
  const [search] = useSearchParams();
  const picked = TREE.filter((name) => search.has(name)).length;
  const groups = TREE.filter((name) => (facets?.[name] ?? []).length > (name === "type" || name === "locale" ? 1 : 0));
  return (
    <details className="gb-facets" open={picked > 0 || undefined} data-wide-open>
      <summary>{t("facets.label")}</summary>
      <nav aria-label={t("facets.label")}>
        {groups.map((name) => (
          <Group key={name} name={name} options={facets?.[name] ?? []} />
        ))}
      </nav>
    </details>
  );
}

function Group({ name, options }: { name: Name; options: readonly Facet[] }): ReactNode {
  const { t, i18n } = useTranslation("content");
  const heading = useId();
  const [search, setSearch] = useSearchParams();
  const picked = search.get(name);
  const words = (value: string): string => {
    if (name === "state") return value === "archived" ? t("state.archived") : t(`state.${stateOf(value)}`);
    if (name === "source") return value === "code" || value === "override" || value === "console" || value === "module" ? t(`source.${value}`) : value;
    return name === "locale" ? languageName(value, i18n.language) : value;
  };
  const toggle = (value: string) =>
    setSearch((now) => {
      if (picked === value) now.delete(name);
      else now.set(name, value);
      return now;
    });
  return (
    <section aria-labelledby={heading}>
      <h2 id={heading}>{t(`facets.${name}`)}</h2>
      <ul>
        {options.slice(0, MOST).map((one) => (
          <li key={one.value}>
            <button type="button" aria-pressed={picked === one.value} onClick={() => toggle(one.value)}>
              <bdi>{words(one.value)}</bdi>
              <span className="gb-count">{one.count}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
