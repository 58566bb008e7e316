/** Writes: one idempotency key for each intention, the lists that change with it, and words when it fails. */
import { newIdempotencyKey, Problem } from "@gutenbot/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { UseMutationResult } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useToast } from "./toast";

export type WriteOptions<T, V> = {
  /** Does it; `key` goes into the request so that a repeat changes nothing twice. */
  run: (values: V, key: string) => Promise<T>;
  /** Queries that show what was changed. */
  changes?: readonly (readonly unknown[])[];
  onDone?: (result: T, values: V) => void;
  /** What the toast says when it worked; none by default. */
  done?: (result: T, values: V) => string;
  /** Takes it back; the toast offers it for as long as it is shown. */
  undo?: (result: T, values: V, key: string) => Promise<unknown>;
  /** The page shows the error itself: no toast. */
  quiet?: boolean;
};

/** A change on the server. After a failure that leaves it open whether it happened, the repeat bears the same key. */
export function useWrite<T, V = void>(options: WriteOptions<T, V>): UseMutationResult<T, Error, V> {
  const queries = useQueryClient();
  const toast = useToast();
  const { t } = useTranslation("kit");
  const kept = useRef<{ values: string; key: string } | null>(null);
  const refresh = () => {
    for (const queryKey of options.changes ?? []) void queries.invalidateQueries({ queryKey });
  };
  const takeBack = async (result: T, values: V) => {
    try {
      await options.undo?.(result, values, newIdempotencyKey());
      toast({ text: t("write.undone") });
    } catch (error) {
      toast({ text: t("write.failed", { reason: error instanceof Error ? error.message : "" }), kind: "failed" });
    }
    refresh();
  };
  return useMutation<T, Error, V>({
    mutationFn: (values) => {
      const shape = values === undefined ? "" : JSON.stringify(values);
      if (kept.current?.values !== shape) kept.current = { values: shape, key: newIdempotencyKey() };
      return options.run(values, kept.current.key);
    },
    onSuccess: (result, values) => {
      kept.current = null;
      refresh();
      const action = options.undo && { label: t("write.undo"), run: () => void takeBack(result, values) };
      if (options.done) toast({ text: options.done(result, values), ...(action && { action }) });
      options.onDone?.(result, values);
    },
    onError: (error) => {
      if (error instanceof Problem && !error.temporary) kept.current = null;
      if (!options.quiet) toast({ text: t("write.failed", { reason: error.message }), kind: "failed" });
    },
  });
}
