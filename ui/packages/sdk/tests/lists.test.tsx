import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { useLocation } from "react-router";
import { describe, expect, it, vi } from "vitest";
import { ListBody, useFilters } from "../src/grid";
import type { Picked } from "../src/grid";
import { SESSION, show, violations } from "./world";

const ROWS = ["a", "b", "c", "d"].map((id) => ({ id }));
const FIELDS = [{ name: "q", label: "Words", kind: "text" as const }];

function People({ act, hasMore = false, of = ["people"] }: { act: (picked: Picked) => void; hasMore?: boolean; of?: string[] }): ReactNode {
  const list = { items: ROWS, loading: false, error: null, hasMore, loadingMore: false, loadMore: vi.fn(), reload: vi.fn(), at: 0 };
  const filters = useFilters(FIELDS);
  const { search } = useLocation();
  return (
    <>
      <ListBody
        label="People"
        list={list}
        columns={[{ id: "id", title: "Id", cell: (row) => row.id }]}
        idOf={(row) => row.id}
        linkOf={(row) => `/${row.id}`}
        fields={FIELDS}
        filters={filters}
        views="people"
        bulk={{ of, count: () => Promise.resolve(3412), nameOf: (row) => row.id, actions: (picked) => <button onClick={() => act(picked)}>act</button> }}
        firstUse={null}
      />
      <output aria-label="address">{search}</output>
    </>
  );
}

const box = (name: string) => screen.getByRole<HTMLInputElement>("checkbox", { name });
const picked = () => ROWS.map((row) => row.id).filter((id) => box(`Pick ${id}`).checked);

describe("rows that can be picked", () => {
  it("are picked one by one, as a range with Shift, all at once, and by key", async () => {
    const act = vi.fn<(picked: Picked) => void>();
    show(<People act={act} />);
    expect(screen.queryByRole("button", { name: "act" })).toBeNull();
    await userEvent.click(box("Pick b"));
    fireEvent.click(box("Pick d"), { shiftKey: true });
    expect(picked()).toEqual(["b", "c", "d"]);
    fireEvent.click(box("Pick c"), { shiftKey: true });
    expect(picked()).toEqual(["b"]);
    fireEvent.keyDown(document.body, { key: "j" });
    fireEvent.keyDown(document.body, { key: "x" });
    expect(picked()).toEqual(["b", "c"]);
    expect(box("Pick all rows").indeterminate).toBe(true);
    await userEvent.click(box("Pick all rows"));
    await userEvent.click(screen.getByRole("button", { name: "act" }));
    expect(act.mock.calls[0]?.[0]).toMatchObject({ ids: ["a", "b", "c", "d"], everything: false, count: 4 });
    expect(await violations()).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "Pick none" }));
    expect(picked()).toEqual([]);
  });

  it("can be all that match, with their number; leaving one leaves the others of the page", async () => {
    const act = vi.fn<(picked: Picked) => void>();
    show(<People act={act} hasMore />);
    await userEvent.click(box("Pick all rows"));
    await userEvent.click(await screen.findByRole("button", { name: "Pick all 3,412 that match" }));
    expect(screen.getByText("All 3,412 that match are picked")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "act" }));
    expect(act.mock.calls[0]?.[0]).toMatchObject({ everything: true, count: 3412 });
    await userEvent.click(box("Pick a"));
    expect(picked()).toEqual(["b", "c", "d"]);
    expect(screen.getByText("3 are picked")).toBeTruthy();
  });
});

describe("words of a filter", () => {
  it("do not call somebody back who is on the way to another page", async () => {
    const arrive: (() => void)[] = [];
    const pages = [{ path: "/a", lazy: () => new Promise<{ Component: () => ReactNode }>((resolve) => arrive.push(() => resolve({ Component: () => "Ada" }))) }];
    show(<People act={vi.fn()} />, { pages });
    await userEvent.type(screen.getByRole("searchbox", { name: "Words" }), "ad");
    await userEvent.click(screen.getByRole("link", { name: "a" }));
    await new Promise((resolve) => setTimeout(resolve, 400));
    act(() => arrive.forEach((one) => one()));
    expect(await screen.findByText("Ada")).toBeTruthy();
  });
});

describe("saved views", () => {
  const account = (preferences: object) => ({ session: { account: { ...SESSION.account, preferences } } });

  it("keep the present filters under a name, for this list alone", async () => {
    const prefer = vi.fn();
    const others = { logs: [{ name: "Errors", query: "level=error" }] };
    show(<People act={vi.fn()} />, { prefer, at: "/?q=ada&event=7", ...account({ views: others }) });
    await userEvent.click(screen.getByRole("button", { name: "Save view" }));
    await userEvent.type(await screen.findByRole("textbox", { name: "Name of the view" }), "Adas{Enter}");
    expect(prefer).toHaveBeenCalledWith({ views: { ...others, people: [{ name: "Adas", query: "q=ada" }] } });
  });

  it("are addresses, show which one is open, and can be removed and brought back", async () => {
    const prefer = vi.fn();
    const views = { people: [{ name: "Adas", query: "q=ada" }, { name: "Bobs", query: "q=bob" }] };
    show(<People act={vi.fn()} />, { prefer, ...account({ views }) });
    expect(screen.queryByRole("button", { name: "Save view" })).toBeNull();
    await userEvent.click(screen.getByRole("link", { name: "Bobs" }));
    expect(screen.getByLabelText("address").textContent).toBe("?q=bob");
    expect(screen.getByRole("link", { name: "Bobs" }).getAttribute("aria-current")).toBe("page");
    await userEvent.click(screen.getByRole("button", { name: "Change the view Bobs" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Remove", hidden: true }));
    expect(prefer).toHaveBeenLastCalledWith({ views: { people: [views.people[0]] } });
    await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
    await waitFor(() => expect(prefer).toHaveBeenLastCalledWith({ views }));
  });
});
