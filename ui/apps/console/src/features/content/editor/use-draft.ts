/** What a person writes: kept after a short pause, together with where it differs, so that two people at different fields do not meet. */
import { Problem as Refusal } from "@gutenbot/api";
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { KEY, useContent } from "../api";
import type { Written } from "../api";
import { differences } from "../model/value";
import type { Changed, Item, Json, LocaleText, Problem } from "../types";

const PAUSE_MS = 800;
export type Saving = "clean" | "waiting" | "saving" | "saved" | "failed";

export type Draft = {
  written: Written;
  /** What is shown in the form; the last that was known while YAML is written. */
  value: Json | undefined;
  saving: Saving;
  savedAt: number | null;
  error: Error | null;
  problems: readonly Problem[];
  version: number;
  /** Somebody else changed the same fields meanwhile. */
  clash: Changed | null;
  /** Somebody else changed it while nothing was unsaved here: it is shown already. */
  news: boolean;
  change: (written: Written) => void;
  /** Saves at once; false when that failed. */
  flush: () => Promise<boolean>;
  /** The version that is known now, also within what began before it was. */
  latest: () => number;
  /** Answers a clash: what is written here stays, or gives way. */
  settle: (keep: "mine" | "theirs") => void;
  /** How often something other than writing changed it: what has a state of its own begins anew. */
  adoptions: number;
  /** Takes what the server has, after something other than writing changed it. */
  adopt: (item: Item) => void;
  seenNews: () => void;
};

/** What one edits: the draft, else what is live, else the default. */
export function startOf(text: LocaleText | undefined): { value: Json | undefined; yaml: string } {
  const found = text?.draft ?? text?.live ?? text?.default;
  return found ? { value: found.value, yaml: found.yaml } : { value: undefined, yaml: "" };
}

function same(one: Written, other: Written): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function useDraft(item: Item, locale: string): Draft {
  const content = useContent();
  const queries = useQueryClient();
  const first = startOf(item.locales[locale]);
  const [written, setWritten] = useState<Written>({ value: first.value ?? null });
  const [value, setValue] = useState(first.value);
  const [saving, setSaving] = useState<Saving>("clean");
  const [savedAt, setSavedAt] = useState<number | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [clash, setClash] = useState<Changed | null>(null);
  const [news, setNews] = useState(false);
  const [adoptions, setAdoptions] = useState(0);
  const [version, setVersion] = useState(item.version);
  const now = useRef<Written>(written);
  const base = useRef<Written>(written);
  const known = useRef(item.version);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const running = useRef<Promise<boolean> | null>(null);
  const took = useRef<(fresh: Item) => void>(() => undefined);

  const save = useCallback(async (): Promise<boolean> => {
    clearTimeout(timer.current);
    if (running.current) await running.current;
    if (same(now.current, base.current)) return true;
    const sent = now.current;
    const fields = "value" in sent && "value" in base.current ? differences(base.current.value, sent.value) : undefined;
    setSaving("saving");
    const attempt = content.saveDraft(item.id, locale, { version: known.current, ...sent, ...(fields && { fields }) }).then(
      (saved) => {
        known.current = saved.version;
        base.current = sent;
        setVersion(saved.version);
        setProblems(saved.problems);
        setError(null);
        setSavedAt(Date.now());
        setSaving(same(now.current, sent) ? "saved" : "waiting");
        void queries.invalidateQueries({ queryKey: KEY.item(content.bot, item.id) });
        void queries.invalidateQueries({ queryKey: KEY.list(content.bot) });
        if (saved.merged) void content.item(item.id).then((fresh) => took.current(fresh));
        return true;
      },
      (reason: unknown) => {
        setSaving("failed");
        if (reason instanceof Refusal && reason.code === "content.changed-meanwhile") setClash(clashOf(reason));
        else setError(reason instanceof Error ? reason : new Error(String(reason)));
        return false;
      },
    );
    running.current = attempt;
    const done = await attempt;
    running.current = null;
    return done;
  }, [content, item.id, locale, queries]);

  const change = useCallback(
    (next: Written) => {
      now.current = next;
      setWritten(next);
      if ("value" in next) setValue(next.value);
      setSaving("waiting");
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(), PAUSE_MS);
    },
    [save],
  );

  const adopt = useCallback(
    (fresh: Item) => {
      clearTimeout(timer.current);
      queries.setQueryData(KEY.item(content.bot, fresh.id), fresh);
      const start: Written = { value: startOf(fresh.locales[locale]).value ?? null };
      now.current = start;
      base.current = start;
      known.current = fresh.version;
      setWritten(start);
      setValue("value" in start ? start.value : undefined);
      setVersion(fresh.version);
      setAdoptions((before) => before + 1);
      setSaving("clean");
      setError(null);
      setClash(null);
    },
    [content.bot, locale, queries],
  );

  useEffect(() => {
    took.current = (fresh) => {
      if (!same(now.current, base.current) || !("value" in now.current)) return;
      setNews(true);
      adopt(fresh);
      setSaving("saved");
    };
  }, [adopt]);

  const arrived = useEffectEvent((fresh: Item) => {
    if (fresh.version <= known.current || running.current !== null) return;
    if (!same(now.current, base.current)) return;
    const start: Written = { value: startOf(fresh.locales[locale]).value ?? null };
    if ("value" in base.current && !same(start, base.current)) setNews(true);
    if ("value" in now.current) adopt(fresh);
    else known.current = fresh.version;
  });
  useEffect(() => arrived(item), [item]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const settle = useCallback(
    (keep: "mine" | "theirs") => {
      if (clash === null) return;
      known.current = clash.version;
      setClash(null);
      setError(null);
      if (keep === "mine") {
        void save();
        return;
      }
      void content.item(item.id).then((fresh) => {
        adopt(fresh);
        return queries.invalidateQueries({ queryKey: KEY.item(content.bot, item.id) });
      });
    },
    [adopt, clash, content, item.id, queries, save],
  );

  return { written, value, saving, savedAt, error, problems, version, clash, news, adoptions, change, flush: save, latest: () => known.current, settle, adopt, seenNews: () => setNews(false) };
}

function clashOf(refusal: Refusal): Changed {
  const more = refusal.more as Partial<Changed>;
  const nothing = { yaml: "", value: null };
  return { version: more.version ?? 0, by: more.by ?? "", at: more.at ?? 0, mine: more.mine ?? nothing, theirs: more.theirs ?? nothing, same_fields: more.same_fields ?? ["*"] };
}
