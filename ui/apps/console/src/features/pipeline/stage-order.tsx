/** One stage: its wraps, moved by buttons or by dragging, switched on and off. */
import type { PipelineStage, PipelineWrap } from "@gutenbot/api";
import { Banner, IconButton, Section, SwitchField, useAnnounce } from "@gutenbot/console";
import { ArrowDown, ArrowUp, GripVertical } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { DragEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { blockedBy, moved, switched } from "./model";
import type { Place } from "./model";

type Props = { stage: PipelineStage; wraps: readonly PipelineWrap[]; mayWrite: boolean; onOrder: (places: Place[]) => void };
type Held = { from: number; over: number } | null;

export function StageOrder({ stage, wraps, mayWrite, onOrder }: Props): ReactNode {
  const { t } = useTranslation("pipeline");
  const announce = useAnnounce();
  const [held, setHeld] = useState<Held>(null);
  const list = useRef<HTMLOListElement>(null);
  const focus = useRef<string | null>(null);
  const title = t(`stage.${stage.name}`);
  const open = mayWrite && stage.locked === "";
  useEffect(() => {
    if (focus.current === null) return;
    const buttons = list.current?.querySelectorAll<HTMLButtonElement>(`[data-wrap="${CSS.escape(focus.current)}"] .gb-wrap-move button`) ?? [];
    focus.current = null;
    if (!document.activeElement || document.activeElement === document.body || (document.activeElement instanceof HTMLButtonElement && document.activeElement.disabled)) [...buttons].find((one) => !one.disabled)?.focus();
  }, [wraps]);
  const move = (from: number, to: number) => {
    const wrap = wraps[from];
    if (!wrap || from === to || blockedBy(wraps, from, to) !== null) return;
    focus.current = wrap.name;
    onOrder(moved(wraps, from, to));
    announce(t("moved", { name: wrap.name, place: to + 1, count: wraps.length }));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    if (held) move(held.from, held.over);
    setHeld(null);
  };
  return (
    <Section title={title} about={t(`about.${stage.name}`)}>
      {stage.locked && <Banner tone="info">{stage.locked}</Banner>}
      {wraps.length === 0 && <p className="gb-faint">{t("none")}</p>}
      {wraps.length > 0 && (
        <ol ref={list} className="gb-wraps" aria-label={t("order", { stage: title })} onDrop={drop} onDragOver={(event) => held && event.preventDefault()}>
          {wraps.map((wrap, place) => (
            <li
              key={wrap.name}
              data-wrap={wrap.name}
              data-off={wrap.enabled ? undefined : ""}
              data-over={held?.over === place && held.from !== place ? (held.over < held.from ? "above" : "below") : undefined}
              onDragEnter={() => held && blockedBy(wraps, held.from, place) === null && setHeld({ ...held, over: place })}
            >
              {open && wraps.length > 1 && (
                <span
                  className="gb-wrap-grip"
                  title={t("drag")}
                  aria-hidden
                  draggable
                  onDragStart={(event) => {
                    event.dataTransfer.effectAllowed = "move";
                    event.dataTransfer.setData("text/plain", wrap.name);
                    setHeld({ from: place, over: place });
                  }}
                  onDragEnd={() => setHeld(null)}
                >
                  <GripVertical size={16} />
                </span>
              )}
              <Words wrap={wrap} />
              <Numbers wrap={wrap} />
              {open && (
                <span className="gb-wrap-move">
                  <Mover wraps={wraps} place={place} step={-1} onMove={move} />
                  <Mover wraps={wraps} place={place} step={1} onMove={move} />
                </span>
              )}
              <span className="gb-wrap-on">
                <SwitchField label={t("switch", { name: wrap.name })} value={wrap.enabled} disabled={!open} onChange={(enabled) => onOrder(switched(wraps, wrap.name, enabled))} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

function Mover({ wraps, place, step, onMove }: { wraps: readonly PipelineWrap[]; place: number; step: 1 | -1; onMove: (from: number, to: number) => void }): ReactNode {
  const { t } = useTranslation("pipeline");
  const name = wraps[place]?.name ?? "";
  const blocked = blockedBy(wraps, place, place + step);
  const verb = step < 0 ? "up" : "down";
  const label = blocked ? t(`${verb}Blocked`, { name, other: blocked }) : t(verb, { name });
  return <IconButton icon={step < 0 ? ArrowUp : ArrowDown} label={label} disabled={blocked !== null} onClick={() => onMove(place, place + step)} />;
}

function Words({ wrap }: { wrap: PipelineWrap }): ReactNode {
  const { t } = useTranslation("pipeline");
  return (
    <div className="gb-wrap-words">
      <span>
        <strong>
          <bdi>{wrap.name}</bdi>
        </strong> <span className="gb-faint">{t("module", { module: wrap.module })}</span>
      </span>
      {wrap.about && (
        <span>
          <bdi>{wrap.about}</bdi>
        </span>
      )}
      {wrap.earlier.length > 0 && <span className="gb-faint">{t("bound", { earlier: wrap.earlier.join(", ") })}</span>}
      {wrap.later.length > 0 && <span className="gb-faint">{t("boundBefore", { later: wrap.later.join(", ") })}</span>}
    </div>
  );
}

function Numbers({ wrap }: { wrap: PipelineWrap }): ReactNode {
  const { t, i18n } = useTranslation("pipeline");
  const digits = new Intl.NumberFormat(i18n.language, { maximumSignificantDigits: 2 });
  return (
    <div className="gb-wrap-numbers">
      {wrap.average_ms === null ? <span className="gb-faint">{t("never")}</span> : <span>{t("ms", { value: digits.format(wrap.average_ms) })}</span>}
      {wrap.runs > 0 && <span className="gb-faint">{t("runs", { count: wrap.runs })}</span>}
      {wrap.runs > 0 && <span data-bad={wrap.errors > 0 ? "" : undefined}>{t("errors", { count: wrap.errors })}</span>}
    </div>
  );
}
