import { Problem } from "@gutenbot/api";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import type { ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { CommandPalette, ConfirmDialog, ErrorCard, SchemaForm, ShortcutList, useCommands, useShortcut, useToast, useWrite } from "../src";
import type { Command } from "../src";
import { DataGrid } from "../src/grid";
import { STORIES } from "../src/stories";
import { show, violations } from "./world";

describe("every component", () => {
  it.each(STORIES.map((story) => [story.name, story] as const))("%s has no violation", async (_, story) => {
    show(<story.Story />);
    expect(await violations()).toEqual([]);
  });
});

describe("what cannot be taken back", () => {
  it("must be typed", async () => {
    const confirm = vi.fn();
    show(
      <ConfirmDialog open title="Remove?" verb="Remove" typed="ada@example.com" onClose={() => undefined} onConfirm={confirm}>
        gone
      </ConfirmDialog>,
    );
    const button = await screen.findByRole("button", { name: "Remove" });
    expect(button).toHaveProperty("disabled", true);
    await userEvent.type(screen.getByRole("textbox"), "ada@example.com");
    await userEvent.click(button);
    expect(confirm).toHaveBeenCalledOnce();
  });
});

describe("errors", () => {
  it("say what the server said, with the number of the request", () => {
    show(<ErrorCard error={new Problem(500, "bug", "Something is wrong", "Look at the log", {}, "req-7")} onRetry={() => undefined} />);
    expect(screen.getByRole("alert").textContent).toContain("req-7");
    expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
  });

  it("of a known kind is said in the person's language, without a heading", () => {
    show(<ErrorCard error={new Problem(429, "accounts.too-many-tries", "Too many tries", "as the server says it", {}, "req-8", 1)} />);
    expect(screen.getByRole("alert").textContent).toBe("Too many tries. Wait 1 second and try again.");
  });

  it("name the missing permission instead", () => {
    show(<ErrorCard error={new Problem(403, "http.forbidden", "Not permitted", "This needs keys:read")} />);
    expect(screen.getByRole("heading").textContent).toBe("You may not see this");
  });
});

function Writer({ run, undo }: { run: (values: string, key: string) => Promise<string>; undo?: () => Promise<void> }): ReactNode {
  const write = useWrite({ run, done: () => "Saved it", ...(undo && { undo }) });
  return (
    <button type="button" onClick={() => write.mutate("x")}>
      go
    </button>
  );
}

describe("a write", () => {
  it("repeats with the same key while it is open whether it happened, and with another one afterwards", async () => {
    const keys: string[] = [];
    let fail = true;
    const run = (_: string, key: string) => {
      keys.push(key);
      return fail ? Promise.reject(new TypeError("away")) : Promise.resolve("done");
    };
    show(<Writer run={run} />);
    const go = screen.getByText("go");
    await userEvent.click(go);
    fail = false;
    await userEvent.click(go);
    await userEvent.click(go);
    await waitFor(() => expect(keys).toHaveLength(3));
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  it("can be taken back from its notice", async () => {
    const undo = vi.fn(() => Promise.resolve());
    show(<Writer run={() => Promise.resolve("ok")} undo={undo} />);
    await userEvent.click(screen.getByText("go"));
    await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
    expect(undo).toHaveBeenCalledOnce();
    expect(await screen.findByText("Taken back")).toBeTruthy();
  });
});

describe("a form of settings", () => {
  it("saves only what was changed, after showing it, and locks what the environment sets", async () => {
    const save = vi.fn();
    show(
      <SchemaForm
        schema={{ type: "object", properties: { cache: { type: "integer", title: "Cache", maximum: 60 }, url: { type: "string", title: "URL" } } }}
        values={{ cache: 30, url: "https://x" }}
        sources={{ url: { place: "environment", name: "SHOP_URL" } }}
        onSave={save}
      />,
    );
    expect(screen.getByLabelText("URL")).toHaveProperty("disabled", true);
    expect(screen.getByText(/SHOP_URL/)).toBeTruthy();
    fireEvent.change(screen.getByLabelText("Cache"), { target: { value: "90" } });
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(save).not.toHaveBeenCalled();
    expect(screen.getByText("At most 60.")).toBeTruthy();
    fireEvent.change(screen.getByLabelText("Cache"), { target: { value: "45" } });
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(save).toHaveBeenCalledWith({ cache: 45 });
  });
});

function Keyed({ run, keys = "j" }: { run: () => void; keys?: string }): ReactNode {
  useShortcut({ id: "t.one", keys, label: "One", section: "Test" }, run);
  return <input aria-label="text" />;
}

describe("shortcuts", () => {
  it("do nothing while one writes", () => {
    const run = vi.fn();
    show(<Keyed run={run} />);
    fireEvent.keyDown(screen.getByLabelText("text"), { key: "j" });
    expect(run).not.toHaveBeenCalled();
    fireEvent.keyDown(document.body, { key: "j" });
    expect(run).toHaveBeenCalledOnce();
  });

  it("take two keys one after the other", () => {
    const run = vi.fn();
    show(<Keyed run={run} keys="g h" />);
    fireEvent.keyDown(document.body, { key: "g" });
    fireEvent.keyDown(document.body, { key: "h" });
    expect(run).toHaveBeenCalledOnce();
  });

  it("can be switched off and changed by each person (WCAG 2.1.4)", async () => {
    const run = vi.fn();
    const account = { id: "a", name: "A", email: "", locale: "", two_factor: false };
    const { unmount } = show(<Keyed run={run} />, { session: { account: { ...account, preferences: { shortcuts: "off" } } } });
    fireEvent.keyDown(document.body, { key: "j" });
    expect(run).not.toHaveBeenCalled();
    unmount();
    const prefer = vi.fn();
    show(
      <>
        <Keyed run={run} />
        <ShortcutList />
      </>,
      { prefer, session: { account: { ...account, preferences: { keys: { "t.one": "x" } } } } },
    );
    fireEvent.keyDown(document.body, { key: "x" });
    expect(run).toHaveBeenCalledOnce();
    await userEvent.click(screen.getByRole("button", { name: /Change.*One/ }));
    fireEvent.keyDown(screen.getByLabelText(/New keys for: One/), { key: "y" });
    expect(prefer).not.toHaveBeenCalled(); // a second key may follow
    await userEvent.click(screen.getByRole("button", { name: "Only Y" }));
    expect(prefer).toHaveBeenCalledWith({ keys: { "t.one": "y" } });
  });

  it.each([
    ["two keys one after the other", [{ key: "q" }, { key: "r" }], "q r"],
    ["one key, when Enter says that it is all", [{ key: "q" }, { key: "Enter" }], "q"],
    ["keys together, at once", [{ key: "q", ctrlKey: true }], "mod+q"],
    ["a key without a character, at once", [{ key: "F2" }], "f2"],
    ["another first key, after Backspace", [{ key: "q" }, { key: "Backspace" }, { key: "r" }, { key: "s" }], "r s"],
    ["nothing at all, with Backspace alone", [{ key: "Delete" }], ""],
  ])("can become %s", async (_, presses, keys) => {
    const prefer = vi.fn();
    show(
      <>
        <Keyed run={vi.fn()} />
        <ShortcutList />
      </>,
      { prefer },
    );
    await userEvent.click(screen.getByRole("button", { name: /Change.*One/ }));
    for (const press of presses) fireEvent.keyDown(screen.getByLabelText(/New keys for: One/), press);
    expect(prefer).toHaveBeenCalledWith({ keys: { "t.one": keys } });
  });

  it("stay as they were when the new keys are left unfinished", async () => {
    const prefer = vi.fn();
    show(
      <>
        <Keyed run={vi.fn()} />
        <ShortcutList />
      </>,
      { prefer },
    );
    await userEvent.click(screen.getByRole("button", { name: /Change.*One/ }));
    fireEvent.keyDown(screen.getByLabelText(/New keys for: One/), { key: "q" });
    expect(screen.getByText(/Press a second key/)).toBeTruthy();
    fireEvent.keyDown(screen.getByLabelText(/New keys for: One/), { key: "Escape" });
    expect(prefer).not.toHaveBeenCalled();
    expect(screen.queryByLabelText(/New keys for: One/)).toBeNull();
  });

  it("that are two keys clash with what begins like them", async () => {
    show(
      <>
        <Keyed run={vi.fn()} />
        <Second />
        <ShortcutList />
      </>,
    );
    await userEvent.click(screen.getByRole("button", { name: /Change.*One/ }));
    for (const key of ["g", "h"]) fireEvent.keyDown(screen.getByLabelText(/New keys for: One/), { key });
    expect(screen.getByRole("alert").textContent).toContain("already does: Two");
  });

  it("say what the new keys do already, and are taken from there when one wants that", async () => {
    const prefer = vi.fn();
    show(
      <>
        <Keyed run={vi.fn()} />
        <Second />
        <ShortcutList />
      </>,
      { prefer },
    );
    await userEvent.click(screen.getByRole("button", { name: /Change.*One/ }));
    for (const key of ["g", "Enter"]) fireEvent.keyDown(screen.getByLabelText(/New keys for: One/), { key });
    expect(screen.getByRole("alert").textContent).toContain("already does: Two");
    expect(prefer).not.toHaveBeenCalled();
    await userEvent.click(screen.getByRole("button", { name: "Use it here instead" }));
    expect(prefer).toHaveBeenCalledWith({ keys: { "t.two": "", "t.one": "g" } });
  });
});

function Second(): ReactNode {
  useShortcut({ id: "t.two", keys: "g h", label: "Two", section: "Test" }, () => undefined);
  return null;
}

function Offering({ run }: { run: () => void }): ReactNode {
  const [commands] = useState((): Command[] => [
    { id: "a", kind: "go" as const, label: "Team", run },
    { id: "b", kind: "do" as const, label: "Invite somebody", run },
  ]);
  useCommands(commands);
  return <CommandPalette open onClose={() => undefined} />;
}

describe("the palette", () => {
  it("finds by what is typed and runs with Enter", async () => {
    const run = vi.fn();
    show(<Offering run={run} />);
    const box = screen.getByRole("combobox");
    await userEvent.type(box, "inv");
    expect(screen.getAllByRole("option")).toHaveLength(1);
    await userEvent.keyboard("{Enter}");
    expect(run).toHaveBeenCalledOnce();
  });

  it("shows only verbs after >", async () => {
    show(<Offering run={() => undefined} />);
    await userEvent.type(screen.getByRole("combobox"), ">");
    expect(screen.getAllByRole("option").map((one) => one.textContent)).toEqual(["Invite somebodyAction"]);
  });
});

describe("a table", () => {
  it("moves by j and k, hides columns, and keeps at least one", async () => {
    const rows = [{ id: "1", n: "one" }, { id: "2", n: "two" }];
    const columns = [
      { id: "n", title: "Name", cell: (row: { n: string }) => row.n },
      { id: "i", title: "Number", cell: (row: { id: string }) => row.id },
    ];
    show(<DataGrid label="Things" rows={rows} columns={columns} idOf={(row) => row.id} linkOf={(row) => `/t/${row.id}`} />);
    fireEvent.keyDown(document.body, { key: "j" });
    expect(document.activeElement?.textContent).toBe("one");
    fireEvent.keyDown(document.body, { key: "j" });
    expect(document.activeElement?.textContent).toBe("two");
    await userEvent.click(screen.getByRole("button", { name: "Columns" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: "Number", hidden: true }));
    expect(screen.getAllByRole("columnheader").map((one) => one.textContent)).toEqual(["Name"]);
  });
});

function Toaster(): ReactNode {
  const toast = useToast();
  return (
    <button type="button" onClick={() => toast({ text: "Done it" })}>
      toast
    </button>
  );
}

describe("notices", () => {
  it("are said to people who do not see them", async () => {
    show(<Toaster />);
    await userEvent.click(screen.getByText("toast"));
    await waitFor(() => expect(document.querySelector("[data-announcer]")?.textContent).toBe("Done it"));
  });
});
