/** The variants of an item: which one is said how often, or to whom; each with its own messages. */
import { Button, IconButton, NumberField, SelectField, TextField } from "@gutenbot/console";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { changed, replaced, wordsOf } from "../model/value";
import type { Entry } from "../model/value";
import { freeName, howOf, HOWS, variantsOf, withVariants } from "../model/variants";
import type { Variant } from "../model/variants";
import type { Json } from "../types";
import { Bubbles } from "./bubbles";
import { useEditing, useProblemAt } from "./context";

export function Variants({ about, onChange }: { about: Entry; onChange: (value: Json) => void }): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const variants = variantsOf(about);
  const [picked, setPicked] = useState(0);
  const at = Math.min(picked, variants.length - 1);
  const open = variants[at];
  const how = howOf(about);
  const sum = variants.reduce((total, one) => total + shareOf(one), 0);
  const write = (next: readonly Variant[]) => onChange(withVariants(about, next));
  const add = () => {
    write([...variants, { own: { name: freeName(variants), share: 1 }, parts: open?.parts ?? { shape: "list", about: {}, entries: [] } }]);
    setPicked(variants.length);
  };
  return (
    <>
      <SelectField label={t("variants.how")} value={how} disabled={locked} onChange={(value) => onChange(changed(about, "choose", value))} options={HOWS.map((value) => ({ value, label: t(`variants.hows.${value}`) }))} />
      <div className="gb-language-row" role="group" aria-label={t("list.variants")}>
        {variants.map((one, index) => (
          <button key={index} type="button" aria-pressed={index === at} onClick={() => setPicked(index)}>
            {nameOf(one, index)}
            {how === "weighted" && sum > 0 && <span className="gb-faint"> {Math.round((shareOf(one) / sum) * 100)} %</span>}
          </button>
        ))}
        {!locked && <IconButton icon={Plus} label={t("variants.add")} onClick={add} />}
      </div>
      {open && <OneVariant key={at} variant={open} index={at} how={how} count={variants.length} onChange={(next) => write(replaced(variants, at, next))} onRemove={() => write(variants.filter((_, index) => index !== at))} />}
    </>
  );
}

function shareOf({ own }: Variant): number {
  return typeof own.share === "number" ? own.share : 1;
}

function nameOf({ own }: Variant, index: number): string {
  return wordsOf(own.name) || String.fromCharCode(65 + index);
}

function OneVariant({ variant, index, how, count, onChange, onRemove }: { variant: Variant; index: number; how: string; count: number; onChange: (variant: Variant) => void; onRemove: () => void }): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const { own, parts } = variant;
  const base = `variants.${index}`;
  const condition = "unless" in own ? "unless" : "if";
  const wrong = useProblemAt(`${base}.${condition}`);
  const set = (name: string, value: Json | undefined) => onChange({ own: changed(own, name, value), parts });
  const name = nameOf(variant, index);
  return (
    <>
      <div className="gb-pair" data-path={base}>
        <TextField label={t("variants.name")} value={wordsOf(own.name)} placeholder={name} disabled={locked} onChange={(value) => set("name", value === "" ? undefined : value)} dir="auto" />
        {how === "weighted" && <NumberField label={t("variants.share")} value={shareOf(variant)} min={0} step="any" disabled={locked} onChange={(value) => set("share", value ?? 0)} />}
        <TextField label={t(how === "segment" ? "variants.to" : "when.condition")} help={t("when.conditionHelp")} value={wordsOf(own[condition])} disabled={locked} error={wrong} onChange={(value) => set(condition, value === "" ? undefined : value)} dir="ltr" />
      </div>
      <Bubbles entries={parts.entries} path={(at) => `${base}.entries.${at}`} onChange={(entries) => onChange({ own, parts: { ...parts, shape: parts.shape === "about" ? "about" : "list", entries } })} />
      {!locked && (
        <div>
          <Button small intent="quiet" icon={Trash2} onClick={onRemove}>
            {t(count === 2 ? "variants.last" : "variants.remove", { name })}
          </Button>
        </div>
      )}
    </>
  );
}
