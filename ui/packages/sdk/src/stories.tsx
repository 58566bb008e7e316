/** Every component as it is used: the gallery shows them, and a test holds that none has a violation. */
import { Problem, Unreachable } from "@gutenbot/api";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ComponentType, ReactNode } from "react";
import { BodyForm } from "./form/body-form";
import { SchemaForm } from "./form/schema-form";
import { fieldsOf } from "./form/schema";
import { SchemaField } from "./form/schema-field";
import { DataGrid, FilterBar, ListBody, SavedViews, useFilters } from "./grid";
import type { FilterField, Picked } from "./grid";
import { Avatar, CopyField, EnvChip, Facts, SourceChip, Stat } from "./kit/bits";
import { Button, IconButton, LinkButton } from "./kit/button";
import { Chart } from "./kit/chart";
import { CodeView, DiffView, JsonView, Ticked } from "./kit/code";
import { Banner, EmptyState, ErrorCard, NoPermission, ProgressBar, Skeleton, StatusPill } from "./kit/feedback";
import type { EmptyKind, Tone } from "./kit/feedback";
import { CheckField, NumberField, PasswordField, SegmentedField, SelectField, SwitchField, TextAreaField, TextField } from "./kit/fields";
import { Keys } from "./kit/keys";
import { ConfirmDialog, Dialog, Drawer, Menu } from "./kit/overlays";
import { Card, Page, PageTabs, Section } from "./kit/page";
import { ExactTime, RelativeTime } from "./kit/time";
import { Tooltip } from "./kit/tooltip";
import { CommandPalette } from "./palette/palette";
import { ShortcutHelp, ShortcutList } from "./shortcuts/help";

export type StoryEntry = {
  name: string;
  Story: ComponentType;
  /** It takes the whole page, so that the gallery leaves it out. */
  alone?: boolean;
};

const TONES: readonly Tone[] = ["good", "warn", "bad", "info", "calm", "human"];
const EMPTIES: readonly EmptyKind[] = ["first-use", "no-match", "no-permission", "off"];
const nothing = () => undefined;

function Buttons(): ReactNode {
  return (
    <div className="gb-row">
      <Button intent="primary" icon={Plus}>
        Primary
      </Button>
      <Button>Default</Button>
      <Button intent="quiet">Quiet</Button>
      <Button intent="danger" icon={Trash2}>
        Danger
      </Button>
      <Button disabled>Disabled</Button>
      <Button busy>Busy</Button>
      <Button small>Small</Button>
      <IconButton icon={Trash2} label="Remove" keys="mod+backspace" />
      <LinkButton to="/">Link</LinkButton>
      <Tooltip label="Explanation">
        <button type="button">With a tooltip</button>
      </Tooltip>
      <Keys of="mod+k" />
    </div>
  );
}

function Fields(): ReactNode {
  const [text, setText] = useState("Ada");
  const [number, setNumber] = useState<number | null>(30);
  const [on, setOn] = useState(true);
  const [choice, setChoice] = useState<"a" | "b">("a");
  return (
    <div className="gb-stack">
      <TextField label="Name" help="As others see it." value={text} onChange={setText} />
      <TextField label="Wrong" error="This is needed." required value="" onChange={nothing} />
      <TextAreaField label="Text" value={text} onChange={setText} />
      <PasswordField label="Password" showLabel="Show" value="" onChange={nothing} />
      <NumberField label="Cache" unit="seconds" value={number} onChange={setNumber} />
      <SelectField label="Role" value="b" onChange={nothing} options={[{ value: "a", label: "Owner" }, { value: "b", label: "Agent" }]} />
      <CheckField label="Check" help="With help" value={on} onChange={setOn} />
      <SwitchField label="Switch" value={on} onChange={setOn} />
      <SegmentedField label="Rows" value={choice} onChange={setChoice} options={[{ value: "a", label: "Wide" }, { value: "b", label: "Narrow" }]} />
    </div>
  );
}

function States(): ReactNode {
  return (
    <div className="gb-stack">
      <div className="gb-row">
        {TONES.map((tone) => (
          <StatusPill key={tone} tone={tone}>
            {tone}
          </StatusPill>
        ))}
        <EnvChip environment="dev" />
        <EnvChip environment="staging" />
        <EnvChip environment="prod" />
      </div>
      {TONES.map((tone) => (
        <Banner key={tone} tone={tone} title={`A banner: ${tone}`} actions={<Button small>Act</Button>}>
          What it means.
        </Banner>
      ))}
      <ErrorCard error={new Problem(500, "bug", "Something is wrong", "Look at the log.", {}, "r-1")} onRetry={nothing} asOf={1} />
      <ErrorCard error={new Unreachable()} onRetry={nothing} />
      <Skeleton />
      <ProgressBar value={3} of={10} label="Sent" />
    </div>
  );
}

function Empties(): ReactNode {
  return EMPTIES.map((kind) => (
    <EmptyState key={kind} kind={kind} title={`Empty: ${kind}`} action={<Button>Do something</Button>}>
      Why there is nothing here.
    </EmptyState>
  ));
}

function Pieces(): ReactNode {
  return (
    <div className="gb-stack">
      <div className="gb-row">
        <Avatar name="Ada Lovelace" labelled />
        <SourceChip source={{ kind: "code", place: "content/order.yml:12" }} />
        <SourceChip source={{ kind: "override", place: "content/order.yml:12" }} />
        <SourceChip source={{ kind: "console" }} />
        <SourceChip source={{ kind: "module", module: "shop 1.4" }} />
        <RelativeTime at={0} />
        <ExactTime at={0} />
      </div>
      <CopyField value="https://example.com/console/invite#abc" label="Link" />
      <Card>
        <Facts of={[["Name", "Ada"], ["Role", "Owner"]]} />
      </Card>
      <Stat label="People" value="1,204" help="+8 %" />
      <CodeView text={"bot = Bot()\nbot.run()"} label="Code" />
      <JsonView value={{ a: [1, 2], b: null }} label="A value" />
      <p>
        <Ticked text="Programs send it as `Authorization`." />
      </p>
      <DiffView before={"a\nb\nc"} after={"a\nx\nc"} label="A change" />
    </div>
  );
}

function Overlays(): ReactNode {
  const [open, setOpen] = useState<"dialog" | "drawer" | "confirm" | null>(null);
  const close = () => setOpen(null);
  return (
    <div className="gb-row">
      <Button onClick={() => setOpen("dialog")}>Dialog</Button>
      <Button onClick={() => setOpen("drawer")}>Drawer</Button>
      <Button onClick={() => setOpen("confirm")}>Confirm</Button>
      <Menu entries={[{ heading: "Verbs" }, { label: "Edit", onClick: nothing }, "line", { label: "Remove", onClick: nothing, danger: true }]}>
        <Button>Menu</Button>
      </Menu>
      <Dialog open={open === "dialog"} title="A dialog" onClose={close} actions={<Button onClick={close}>Done</Button>}>
        Words.
      </Dialog>
      <Drawer open={open === "drawer"} title="A drawer" onClose={close}>
        Words.
      </Drawer>
      <ConfirmDialog open={open === "confirm"} title="Remove Ada?" verb="Remove" typed="ada" onClose={close} onConfirm={close}>
        <p>It goes away for good.</p>
      </ConfirmDialog>
    </div>
  );
}

function Searching(): ReactNode {
  const [open, setOpen] = useState<"palette" | "help" | null>(null);
  const close = () => setOpen(null);
  return (
    <div className="gb-row">
      <Button onClick={() => setOpen("palette")}>Palette</Button>
      <Button onClick={() => setOpen("help")}>Shortcuts</Button>
      <CommandPalette open={open === "palette"} onClose={close} />
      <ShortcutHelp open={open === "help"} onClose={close} />
    </div>
  );
}

const WHOLE_PAGE: StoryEntry = {
  name: "Page",
  alone: true,
  Story: () => (
    <Page title="People" purpose="Who talks to the bot." actions={<Button intent="primary">Add</Button>}>
      <NoPermission permission="users:read" />
    </Page>
  ),
};

const OPEN_DIALOG: StoryEntry = {
  name: "Dialog, open",
  alone: true,
  Story: () => (
    <Dialog open title="A dialog" onClose={nothing}>
      <TextField label="Name" value="" onChange={nothing} />
    </Dialog>
  ),
};

const ROWS = Array.from({ length: 8 }, (_, index) => ({ id: String(index), name: `Person ${index}`, n: index * 7 }));

function Tables(): ReactNode {
  return (
    <DataGrid
      label="People"
      rows={ROWS}
      columns={[
        { id: "name", title: "Name", cell: (row) => row.name },
        { id: "n", title: "Messages", cell: (row) => row.n, numeric: true },
      ]}
      idOf={(row) => row.id}
      linkOf={(row) => `/${row.id}`}
      rowActions={() => <Button small>Verb</Button>}
      hasMore
      onMore={nothing}
    />
  );
}

const FILTERS: readonly FilterField[] = [
  { name: "q", label: "Words", kind: "text", placeholder: "Ada" },
  { name: "since", label: "Since", kind: "date" },
  { name: "level", label: "Level", kind: "choice", options: [{ value: "error", label: "Error" }] },
];

function Lists(): ReactNode {
  const filters = useFilters(FILTERS);
  const list = { items: ROWS, loading: false, error: null, hasMore: true, loadingMore: false, loadMore: nothing, reload: nothing, at: 0 };
  const actions = (picked: Picked) => (
    <Button small onClick={picked.clear}>
      Do it
    </Button>
  );
  return (
    <div className="gb-stack">
      <SavedViews list="story" filters={{ ...filters, active: 1 }} />
      <FilterBar fields={FILTERS} filters={filters} />
      <ListBody
        label="People who can be picked"
        list={list}
        columns={[{ id: "name", title: "Name", cell: (row) => row.name }]}
        idOf={(row) => row.id}
        bulk={{ of: ["story"], count: () => Promise.resolve(3412), nameOf: (row) => row.name, actions }}
        firstUse={null}
      />
    </div>
  );
}

function OneField(): ReactNode {
  const [value, setValue] = useState<unknown>(30);
  return fieldsOf({ type: "object", properties: { cache: { type: "integer", title: "Cache", description: "How long.", "x-unit": "seconds" } } }).map((field) => (
    <SchemaField key={field.name} field={field} value={value} error={undefined} locked={false} onChange={setValue} onBlur={nothing} />
  ));
}

function Settings(): ReactNode {
  return (
    <SchemaForm
      schema={{
        type: "object",
        required: ["url"],
        properties: {
          url: { type: "string", title: "Depot URL", description: "Where the depot answers.", "x-section": "Depot" },
          key: { type: "string", format: "password", title: "Depot key", "x-section": "Depot" },
          cache: { type: "integer", title: "Cache", default: 30, minimum: 0, "x-unit": "seconds", "x-section": "Speed" },
          notify: { type: "boolean", title: "Notify", default: true, "x-section": "Speed" },
          mode: { enum: ["fast", "safe"], title: "Mode", default: "safe", "x-section": "Speed" },
        },
      }}
      values={{ url: "https://depot.example", key: "set" }}
      sources={{ url: { place: "environment", name: "SHOP_DEPOT_URL" }, cache: { place: "default" } }}
      onSave={nothing}
    />
  );
}

function Frames(): ReactNode {
  return (
    <Section title="A section" about="What it is for." actions={<Button small>Act</Button>}>
      <PageTabs label="Tabs" tabs={[{ to: "/", label: "One", count: 3 }, { to: "/two", label: "Two" }]} />
    </Section>
  );
}

function Charts(): ReactNode {
  const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
  return (
    <div className="gb-stack">
      <Chart title="Messages by day" labels={days} series={[{ name: "In", values: [12, 30, 28, 7, 0, 3, 19] }, { name: "Out", values: [14, 41, 30, 9, 0, 5, 22] }]} />
      <Chart title="People by day" shape="line" labels={days} series={[{ name: "People", values: [120, 300, 280, 70, 10, 30, 190] }]} />
    </div>
  );
}

function NewThing(): ReactNode {
  return (
    <BodyForm
      schema={{ type: "object", required: ["name"], properties: { name: { type: "string", title: "Name", maxLength: 20, description: "As others see it." }, loud: { type: "boolean", title: "Loud", default: false } } }}
      errors={{ loud: "That is too loud." }}
      submit="Add"
      onSubmit={nothing}
    />
  );
}

/** All stories. */
export const STORIES: readonly StoryEntry[] = [
  { name: "Buttons", Story: Buttons },
  { name: "Fields", Story: Fields },
  { name: "States", Story: States },
  { name: "Empty states", Story: Empties },
  { name: "Pieces", Story: Pieces },
  { name: "Overlays", Story: Overlays },
  OPEN_DIALOG,
  WHOLE_PAGE,
  { name: "Search and shortcuts", Story: Searching },
  { name: "Tables", Story: Tables },
  { name: "Lists", Story: Lists },
  { name: "Field of a schema", Story: OneField },
  { name: "Settings form", Story: Settings },
  { name: "Form for something new", Story: NewThing },
  { name: "Charts", Story: Charts },
  { name: "Frames", Story: Frames },
  { name: "Shortcuts", Story: () => <ShortcutList /> },
];
