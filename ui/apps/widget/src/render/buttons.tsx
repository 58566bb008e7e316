/** @jsxImportSource preact */
/** The buttons of a message: say, postback, link, call and copy. They stay usable. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { usePanel } from "../components/context";
import { Icon } from "../components/icons";
import { useRoving } from "../components/roving";
import type { Button } from "../protocol/messages";
import { safeLink, telephone } from "./urls";

export function Buttons({ buttons }: { buttons: readonly Button[] }): JSX.Element | null {
  const { words } = usePanel();
  const roving = useRoving<HTMLDivElement>();
  if (buttons.length === 0) return null;
  return (
    <div class="buttons" role="group" aria-label={words.t("buttons.label")} {...roving}>
      {buttons.map((button, index) => (
        <OneButton key={index} button={button} />
      ))}
    </div>
  );
}

function OneButton({ button }: { button: Button }): JSX.Element {
  const { kind = "postback", title } = button;
  const value = button.value === undefined || button.value === "" ? title : button.value;
  if (kind === "link") return <LinkButton title={title} url={value} />;
  if (kind === "call") return <a class="button" part="button" href={telephone(value)}><Icon name="call" /><span dir="auto">{title}</span></a>;
  if (kind === "copy") return <CopyButton title={title} value={value} />;
  return <SendButton title={title} value={value} say={kind === "say"} />;
}

function SendButton({ title, value, say }: { title: string; value: string; say: boolean }): JSX.Element {
  const { chat } = usePanel();
  const send = () => chat.send(say ? { type: "message", body: value } : { type: "payload", payload: value, title });
  return <button type="button" class="button" part="button" onClick={send}><span dir="auto">{title}</span></button>;
}

function LinkButton({ title, url }: { title: string; url: string }): JSX.Element {
  const { base, words } = usePanel();
  const href = safeLink(url, base);
  if (href === null) return <span class="button dead" dir="auto">{title}</span>;
  return (
    <a class="button" part="button" href={href} target="_blank" rel="noopener noreferrer nofollow">
      <span dir="auto">{title}</span>
      <Icon name="link" flip />
      <span class="hidden">{words.t("button.newtab")}</span>
    </a>
  );
}

function CopyButton({ title, value }: { title: string; value: string }): JSX.Element {
  const { words } = usePanel();
  const [copied, setCopied] = useState(false);
  const copy = () => void copyText(value).then((done) => {
    setCopied(done);
    setTimeout(() => setCopied(false), 2_000);
  });
  return (
    <button type="button" class="button" part="button" onClick={copy}>
      <Icon name={copied ? "check" : "copy"} />
      <span dir="auto">{title}</span>
      <span role="status" class="hint">{copied ? words.t("button.copied") : ""}</span>
    </button>
  );
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** For pages without the clipboard permission. */
function copyBySelection(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "hidden";
  document.body.append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way left without the permission
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
