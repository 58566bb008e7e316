import { act, screen, waitFor } from "@testing-library/react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Live } from "@gutenbot/api";
import { expect, it } from "vitest";
import { useLive } from "../src";
import { show } from "./world";

const KEY = ["count"];

/** A connection whose messages the test sends, and a list whose answers it gives. */
function world() {
  const answers: ((count: number) => void)[] = [];
  let hear: (data: unknown) => void = () => undefined;
  let begin: () => void = () => undefined;
  const live = {
    subscribe(_topic: string, listener: (message: { topic: string; seq: number; data: unknown }) => void, _gap: () => void, begun: () => void) {
      hear = (data) => listener({ topic: "jobs", seq: 1, data });
      begin = begun;
      return () => undefined;
    },
  } as unknown as Live;
  function Count() {
    const queries = useQueryClient();
    useLive("jobs", (data) => queries.setQueryData<number>(KEY, (now) => now && (data as number)), KEY);
    const { data } = useQuery({ queryKey: KEY, queryFn: () => new Promise<number>((resolve) => answers.push(resolve)), staleTime: Number.POSITIVE_INFINITY });
    return <output aria-label="count">{data ?? "none"}</output>;
  }
  show(<Count />, { live });
  const answer = (count: number) => act(async () => { answers.shift()?.(count); await Promise.resolve(); });
  /** The next question has come. */
  const asked = () => waitFor(() => expect(answers).toHaveLength(1), { timeout: 3000 });
  return { answers, answer, asked, hears: (count: number) => act(() => hear(count)), begins: () => act(() => begin()) };
}

it("asks once more when something was heard while an answer was on its way", async () => {
  const { answers, answer, asked, hears } = world();
  hears(1);
  hears(2);
  await answer(8); // as it was before
  await asked();
  await answer(2);
  expect((await screen.findByText("2")).textContent).toBe("2");
  hears(1);
  expect(await screen.findByText("1")).toBeTruthy();
  expect(answers).toEqual([]);
});

it("asks once more when messages begin to come only after the answer", async () => {
  const { answer, asked, begins } = world();
  await answer(8);
  expect(await screen.findByText("8")).toBeTruthy();
  begins();
  await asked();
  await answer(7);
  expect(await screen.findByText("7")).toBeTruthy();
});
