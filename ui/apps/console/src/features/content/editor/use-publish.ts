/** Publishing, and watching it arrive on every worker. */
import { newIdempotencyKey } from "@gutenbot/api";
import { useAnnounce, useLive, useQueryClient } from "@gutenbot/console";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { KEY, useContent } from "../api";
import type { PublishWhen } from "../api";
import type { Release } from "../types";

const LOOK_MS = 150;
const LONGEST_MS = 30_000;

export type Publication =
  | { phase: "idle" }
  | { phase: "sending" }
  | { phase: "spreading"; release: Release; since: number }
  | { phase: "scheduled"; release: Release }
  | { phase: "live"; release: Release; took_ms: number }
  | { phase: "undone" }
  | { phase: "failed"; error: Error };

export function usePublish(id: string, locale: string) {
  const content = useContent();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const { t } = useTranslation("content");
  const [state, setState] = useState<Publication>({ phase: "idle" });
  const watching = useRef<{ seq: number; since: number } | null>(null);
  const fresh = () => queries.invalidateQueries({ queryKey: KEY.all(content.bot) });

  const look = async () => {
    const watched = watching.current;
    if (watched === null) return;
    const release = await content.release(watched.seq);
    if (watching.current !== watched) return;
    if (release.state === "scheduled") {
      watching.current = null;
      setState({ phase: "scheduled", release });
      return;
    }
    const took_ms = Date.now() - watched.since;
    if (release.live_on >= release.workers) {
      watching.current = null;
      setState({ phase: "live", release, took_ms });
      announce(t("publish.live", { on: release.live_on, of: release.workers, seconds: took_ms / 1000 }));
      return;
    }
    setState({ phase: "spreading", release, since: watched.since });
    if (took_ms < LONGEST_MS) setTimeout(() => void look().catch(() => undefined), LOOK_MS);
  };
  useLive(`content:${content.bot}`, () => void look().catch(() => undefined));
  useEffect(
    () => () => {
      watching.current = null;
    },
    [],
  );

  const publish = async (version: number, reason: string, when: PublishWhen = {}) => {
    setState({ phase: "sending" });
    const since = Date.now();
    try {
      const { release } = await content.publish(id, locale, { version, ...(reason !== "" && { reason }), ...when }, newIdempotencyKey());
      watching.current = { seq: release, since };
      await look();
      await fresh();
      return true;
    } catch (error) {
      setState({ phase: "failed", error: error instanceof Error ? error : new Error(String(error)) });
      return false;
    }
  };

  const undo = async (seq: number) => {
    try {
      await content.undo(seq, newIdempotencyKey());
      setState({ phase: "undone" });
      announce(t("publish.undone"));
    } catch (error) {
      setState({ phase: "failed", error: error instanceof Error ? error : new Error(String(error)) });
    }
    await fresh();
  };
  return { state, publish, undo, dismiss: () => setState({ phase: "idle" }) };
}
