/** The order of wraps while it is being changed: what may stand where, and what is different from what counts. */
import type { PipelineStage, PipelineWrap, StageName } from "@gutenbot/api";

export type Place = { name: string; enabled: boolean };
export type Draft = Partial<Record<StageName, readonly Place[]>>;

/** A stage in the order of the draft. */
export function arranged(stage: PipelineStage, draft: Draft): PipelineWrap[] {
  const places = draft[stage.name];
  if (!places) return stage.wraps;
  const known = new Map(stage.wraps.map((wrap) => [wrap.name, wrap]));
  const placed = places.flatMap(({ name, enabled }) => {
    const wrap = known.get(name);
    known.delete(name);
    return wrap ? [{ ...wrap, enabled }] : [];
  });
  return [...placed, ...known.values()];
}

/** The wrap that keeps this one from going to a place; null when it may go there. */
export function blockedBy(wraps: readonly PipelineWrap[], from: number, to: number): string | null {
  const moved = wraps[from];
  if (!moved || to < 0 || to >= wraps.length) return "";
  const passed = to < from ? wraps.slice(to, from).reverse() : wraps.slice(from + 1, to + 1);
  const bound = to < from ? moved.earlier : moved.later;
  return passed.find((one) => bound.includes(one.name))?.name ?? null;
}

/** The wraps with one at another place. */
export function moved(wraps: readonly PipelineWrap[], from: number, to: number): Place[] {
  const places = placesOf(wraps);
  const [one] = places.splice(from, 1);
  if (one) places.splice(to, 0, one);
  return places;
}

export function switched(wraps: readonly PipelineWrap[], name: string, enabled: boolean): Place[] {
  return placesOf(wraps).map((place) => (place.name === name ? { ...place, enabled } : place));
}

function placesOf(wraps: readonly PipelineWrap[]): Place[] {
  return wraps.map(({ name, enabled }) => ({ name, enabled }));
}

/** The stages of a draft that differ from what counts. */
export function changesOf(stages: readonly PipelineStage[], draft: Draft): Partial<Record<StageName, Place[]>> {
  const differing = stages.filter((stage) => draft[stage.name] && JSON.stringify(placesOf(arranged(stage, draft))) !== JSON.stringify(placesOf(stage.wraps)));
  return Object.fromEntries(differing.map((stage) => [stage.name, placesOf(arranged(stage, draft))]));
}

/** The whole order, as it can be put back. */
export function orderOf(stages: readonly PipelineStage[]): Partial<Record<StageName, Place[]>> {
  return Object.fromEntries(stages.filter((stage) => !stage.locked).map((stage) => [stage.name, placesOf(stage.wraps)]));
}
