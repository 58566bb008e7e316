/** Filters of a list. They live in the address: a link to the page is a link to this view. */
import { X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigation, useSearchParams } from "react-router";
import { Button } from "../kit/button";
import { SelectField, TextField } from "../kit/fields";
import { useShortcut } from "../shortcuts/shortcuts";

export type FilterField =
  | { name: string; label: string; kind: "text"; placeholder?: string }
  | { name: string; label: string; kind: "date" }
  | { name: string; label: string; kind: "choice"; options: readonly { value: string; label: string }[]; /** What no choice is called, when it is not “any”. */ none?: string };

/** The values of the filters, and how to change them; an empty value takes a filter away. */
export function useFilters(fields: readonly FilterField[]): { values: Record<string, string>; set: (name: string, value: string) => void; clear: () => void; active: number } {
  const [search, setSearch] = useSearchParams();
  const values = Object.fromEntries(fields.map((field) => [field.name, search.get(field.name) ?? ""]));
  const set = (name: string, value: string) =>
    setSearch(
      (now) => {
        if (value === "") now.delete(name);
        else now.set(name, value);
        return now;
      },
      { replace: true },
    );
  const clear = () =>
    setSearch((now) => {
      for (const field of fields) now.delete(field.name);
      return now;
    });
  return { values, set, clear, active: Object.values(values).filter(Boolean).length };
}

const PAUSE_MS = 250;

/** The inputs of the filters, one beside the other. */
export function FilterBar({ fields, filters }: { fields: readonly FilterField[]; filters: ReturnType<typeof useFilters> }): ReactNode {
  const { t } = useTranslation("kit");
  const bar = useRef<HTMLDivElement>(null);
  useShortcut({ id: "grid.filter", keys: "f", label: t("filters.focus"), section: t("grid.section") }, () => {
    bar.current?.querySelector<HTMLElement>("input, select")?.focus();
  });
  return (
    <search className="gb-filters" ref={bar} aria-label={t("filters.label")}>
      {fields.map((field) => {
        const value = filters.values[field.name] ?? "";
        const change = (next: string) => filters.set(field.name, next);
        if (field.kind === "choice") {
          const options = [{ value: "", label: field.none ?? t("filters.any") }, ...field.options];
          return <SelectField key={field.name} label={field.label} value={value} onChange={change} options={options} />;
        }
        return <Late key={field.name} label={field.label} type={field.kind === "date" ? "date" : "search"} value={value} onChange={change} placeholder={field.kind === "text" ? field.placeholder : undefined} />;
      })}
      {filters.active > 0 && (
        <Button intent="quiet" icon={X} onClick={filters.clear}>
          {t("filters.clear")}
        </Button>
      )}
    </search>
  );
}

/** Text that counts once the person stops writing, unless they are on their way to another page: that would call them back. */
function Late({ value, onChange, ...props }: { label: string; type: "search" | "date"; value: string; onChange: (value: string) => void; placeholder?: string | undefined }): ReactNode {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(value);
  }
  const tell = useRef(onChange);
  useEffect(() => {
    tell.current = onChange;
  });
  const leaving = useNavigation().state !== "idle";
  useEffect(() => {
    if (typed === value || leaving) return;
    const timer = setTimeout(() => tell.current(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, value, leaving]);
  return <TextField {...props} value={typed} onChange={setTyped} dir={props.type === "date" ? "ltr" : "auto"} />;
}
