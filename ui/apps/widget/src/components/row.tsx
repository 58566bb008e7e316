/** One row of the thread: who, what, when, and how far it got. */

import type { ComponentChildren, JSX } from "preact";
import { Component } from "preact";
import { useState } from "preact/hooks";
import type { EntryIn, EntryOut, VisitorEvent } from "../protocol/messages";
import { operatorName } from "../protocol/messages";
import { FileView } from "../render/file";
import { LocationView } from "../render/location";
import { Prose } from "../render/markdown-view";
import { MessageView } from "../render/message";
import { eventText } from "../render/text";
import { formOf, MASK, secretFields } from "../store/secrets";
import type { OutboxItem } from "../transport/outbox";
import { Avatar } from "./avatar";
import { usePanel } from "./context";
import { UsedReplies } from "./quick-replies";
import type { Row } from "./rows";
import { UploadRow } from "./upload-row";

/** Draws a row again only when something about it changed: a long thread stays quick. */
export class RowView extends Component<{ row: Row }> {
  override shouldComponentUpdate({ row }: { row: Row }): boolean {
    const [before, after] = [this.props.row, row].map((one) => Object.values(one) as unknown[]);
    return before?.length !== after?.length || !before?.every((value, at) => value === after?.[at]);
  }

  override render(): JSX.Element {
    return drawRow(this.props.row);
  }
}

function drawRow(row: Row): JSX.Element {
  switch (row.kind) {
    case "day":
      return <Day at={row.at} />;
    case "unread":
      return <UnreadMark />;
    case "entry":
      return row.entry.dir === "in" ? <InRow entry={row.entry} first={row.first} /> : <OutRow entry={row.entry} first={row.first} answered={row.answered} chosen={row.chosen} />;
    case "item":
      return <ItemRow item={row.item} first={row.first} />;
    case "upload":
      return <UploadRow upload={row.upload} first={row.first} />;
  }
}

function Day({ at }: { at: number }): JSX.Element {
  const { words } = usePanel();
  const text = new Intl.DateTimeFormat(words.tag, { weekday: "long", day: "numeric", month: "long" }).format(at);
  return <div class="day"><span>{text}</span></div>;
}

function UnreadMark(): JSX.Element {
  const { words } = usePanel();
  return <div class="unread-mark" tabIndex={-1}><span>{words.t("thread.new")}</span></div>;
}

function OutRow({ entry, first, answered, chosen }: { entry: EntryOut; first: boolean; answered: boolean; chosen: string | null }): JSX.Element {
  const { bot } = usePanel();
  const operator = operatorName(entry.author);
  const author = operator || bot.name;
  const replies = answered ? (entry.body.quick_replies ?? []) : [];
  return (
    <Line side="out" first={first} at={entry.at} author={author} lang={entry.body.locale} operator={operator !== ""}>
      <MessageView message={entry.body} answered={answered} />
      {replies.length > 0 && <UsedReplies replies={replies} chosen={chosen} />}
    </Line>
  );
}

function InRow({ entry, first }: { entry: EntryIn; first: boolean }): JSX.Element {
  const { words } = usePanel();
  return (
    <Line side="in" first={first} at={entry.at} author={words.t("you")}>
      <EventView event={entry.body} />
    </Line>
  );
}

function ItemRow({ item, first }: { item: OutboxItem; first: boolean }): JSX.Element {
  const { words } = usePanel();
  return (
    <Line side="in" first={first} at={item.at} author={words.t("you")} pending={item.state !== "sent"}>
      <EventView event={item.event} />
      <Delivery item={item} />
    </Line>
  );
}

function Delivery({ item }: { item: OutboxItem }): JSX.Element {
  const { chat, words } = usePanel();
  if (item.state !== "failed") return <small class="delivery">{words.t(item.state === "sent" ? "item.sent" : "item.sending")}</small>;
  return (
    <div class="delivery failed" role="alert">
      <span>{words.t("item.failed")} {problemText(item.problem, words.t)}</span>
      <button type="button" onClick={() => chat.line.retry(item.id)}>{words.t("item.retry")}</button>
      <button type="button" onClick={() => chat.line.discard(item.id)}>{words.t("item.discard")}</button>
    </div>
  );
}

function problemText(code: string, t: ReturnType<typeof usePanel>["words"]["t"]): string {
  if (/long|large/.test(code)) return t("problem.too-long");
  if (/rate|too-many/.test(code)) return t("problem.rate");
  if (code === "unanswered") return t("problem.unanswered");
  return t("problem.other");
}

function EventView({ event }: { event: VisitorEvent }): JSX.Element {
  const { words } = usePanel();
  switch (event.type) {
    case "form":
      return <FormSummary formId={event.form_id} values={event.values} />;
    case "location":
      return <div class="bubble in" part="bubble bubble-in"><LocationView place={event} /></div>;
    case "attachment":
      return <Files files={event.attachments} />;
    default:
      return (
        <>
          {eventText(event, words) !== "" && <div class="bubble in" part="bubble bubble-in"><Prose text={eventText(event, words)} markdown={false} /></div>}
          {event.type === "message" && event.attachments && <Files files={event.attachments} />}
        </>
      );
  }
}

function Files({ files }: { files: readonly { url: string; name?: string; size?: number }[] }): JSX.Element {
  return <div class="bubble in" part="bubble bubble-in">{files.map((file) => <FileView key={file.url} url={file.url} name={file.name ?? "?"} size={file.size ?? 0} />)}</div>;
}

function FormSummary({ formId, values }: { formId: string; values: Record<string, string | number | boolean> }): JSX.Element {
  const { chat, words } = usePanel();
  const form = formOf(chat.state.get().entries, formId);
  const secret = secretFields(form);
  const shown = (name: string, value: string | number | boolean) => {
    if (secret.includes(name)) return MASK;
    if (typeof value === "boolean") return words.t(value ? "form.yes" : "form.no");
    const field = form?.fields?.find((candidate) => candidate.name === name);
    return field?.options?.find((option) => (option.payload ?? option.title) === value)?.title ?? String(value);
  };
  return (
    <div class="bubble in" part="bubble bubble-in">
      <dl class="answers">
        {Object.entries(values).map(([name, value]) => (
          <div key={name}>
            <dt dir="auto">{form?.fields?.find((field) => field.name === name)?.label ?? name}</dt>
            <dd dir="auto">{shown(name, value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

interface LineProps {
  side: "in" | "out";
  first: boolean;
  at: number;
  author: string;
  lang?: string | undefined;
  operator?: boolean;
  pending?: boolean;
  children: ComponentChildren;
}

/** The time is there for who asks: on hover, on focus, on a tap, and for screen readers. */
export function Line({ side, first, at, author, lang, operator = false, pending = false, children }: LineProps): JSX.Element {
  const { words } = usePanel();
  const [timed, setTimed] = useState(false);
  const time = new Intl.DateTimeFormat(words.tag, { timeStyle: "short" }).format(at);
  const classes = ["line", side, first ? "first" : "", operator ? "operator" : "", pending ? "pending-line" : "", timed ? "timed" : ""];
  return (
    <article class={classes.filter(Boolean).join(" ")} aria-label={`${author}, ${time}`} lang={lang === "" ? undefined : lang} onClick={() => setTimed(!timed)}>
      {side === "out" && (first ? <Avatar name={author} person={operator} /> : <span class="avatar-space" />)}
      <div class="line-body">
        {first && operator && <span class="author" dir="auto">{author}</span>}
        {children}
        <time class="time" dateTime={new Date(at).toISOString()} aria-hidden="true">{time}</time>
      </div>
    </article>
  );
}
