import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { BodyForm, Chart, defineModule, useModule } from "../src";
import { topOf } from "../src/kit/chart";
import { show, violations } from "./world";

const SCHEMA = {
  type: "object",
  required: ["name"],
  properties: {
    name: { type: "string", title: "notes.name", maxLength: 5 },
    times: { type: "integer", title: "Times", minimum: 1 },
    revision: { type: "integer", "x-hidden": true },
  },
} as const;

test("a form for something new sends all that was filled in, and nothing while something is plainly wrong", async () => {
  const sent = vi.fn();
  const user = userEvent.setup();
  show(<BodyForm schema={SCHEMA} words={(text) => (text === "notes.name" ? "Name" : text)} submit="Add" onSubmit={sent} />);
  await user.click(screen.getByRole("button", { name: "Add" }));
  expect(screen.getByText("This is needed.")).toBeTruthy();
  await user.type(screen.getByRole("textbox", { name: /Name/ }), "too long");
  await user.click(screen.getByRole("button", { name: "Add" }));
  expect(sent).not.toHaveBeenCalled();
  fireEvent.change(screen.getByRole("textbox", { name: /Name/ }), { target: { value: "short" } });
  await user.click(screen.getByRole("button", { name: "Add" }));
  expect(sent).toHaveBeenCalledWith({ name: "short" });
});

test("what is changed carries its revision along, and what the server says of a field stands beside it", async () => {
  const sent = vi.fn();
  const user = userEvent.setup();
  show(<BodyForm schema={SCHEMA} values={{ name: "Ann", revision: 3 }} errors={{ times: "not so often" }} onSubmit={sent} />);
  expect(screen.getByText("not so often")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(sent).toHaveBeenCalledWith({ name: "Ann", revision: 3 });
});

test("a chart is a table too, for people who do not see it", async () => {
  show(<Chart title="Words" labels={["pizza", "order"]} series={[{ name: "Said", values: [1200, 3] }]} />);
  const table = screen.getByRole("table", { name: "Words" });
  expect(table.textContent).toContain("pizza1,200");
  expect(await violations()).toEqual([]);
});

test.each([
  [[], 1],
  [[0], 1],
  [[3], 5],
  [[5], 5],
  [[51], 100],
  [[0.3], 0.5],
  [[Number.NaN, 7], 10],
])("the axis above %j ends at %d", (values, top) => {
  expect(topOf(values)).toBeCloseTo(top);
});

test("a module that cannot work is refused, with what is wrong", () => {
  expect(() => defineModule({ name: "My Module", sdk: 1, pages: { a: () => null } })).toThrow("is no name of a module");
  expect(() => defineModule({ name: "mine", sdk: 1, pages: {} })).toThrow("has no pages");
  expect(Object.isFrozen(defineModule({ name: "mine", sdk: 1, pages: { a: () => null } }))).toBe(true);
});

test("the hook of modules says so where there is no module", () => {
  const Wrong = () => <p>{useModule().name}</p>;
  const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
  expect(() => show(<Wrong />)).toThrow("only on a page of a module");
  quiet.mockRestore();
});
