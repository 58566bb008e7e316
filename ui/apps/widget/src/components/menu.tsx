/** The menu of the panel: a menu button with arrow keys, closed by Escape, by choosing, and by leaving it. */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { nameOf, offeredLocales } from "../locales/index";
import { saveTranscript } from "../store/transcript";
import { useChatState, usePanel } from "./context";
import type { IconName } from "./icons";
import { Icon } from "./icons";
import type { View } from "./view";

const SIZES = [100, 125, 150, 200];

export function Menu({ setView }: { setView: (view: View) => void }): JSX.Element {
  const { words } = usePanel();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) items(box.current)[0]?.focus();
  }, [open]);
  const shut = (refocus: boolean) => {
    setOpen(false);
    if (refocus) button.current?.focus();
  };
  return (
    <div
      class="menu-frame"
      onFocusOut={(event) => {
        const next = event.relatedTarget;
        if (open && next instanceof Node && !event.currentTarget.contains(next)) shut(false);
      }}
    >
      <button type="button" ref={button} class="tool" aria-haspopup="menu" aria-expanded={open} aria-label={words.t("menu.open")} title={words.t("menu.open")} onClick={() => setOpen(!open)}>
        <Icon name="menu" />
      </button>
      {open && (
        <>
          <div class="menu-shade" onClick={() => shut(true)} />
          <div class="menu" part="menu" role="menu" aria-label={words.t("menu.open")} ref={box} onKeyDown={(event) => walk(event, box.current, () => shut(true))}>
            <Entries setView={setView} shut={shut} />
          </div>
        </>
      )}
    </div>
  );
}

function Entries({ setView, shut }: { setView: (view: View) => void; shut: (refocus: boolean) => void }): JSX.Element {
  const { chat, words, close, mode } = usePanel();
  const state = useChatState();
  const { settings, config, bot, entries } = state;
  const [ending, setEnding] = useState(false);
  const choose = (run: () => void) => () => {
    run();
    shut(true);
  };
  const end = choose(() => {
    void chat.end();
    if (mode === "frame") close();
  });
  const locales = offeredLocales(config.locales);
  return (
    <>
      <Item icon="new" run={choose(() => { setView("thread"); chat.newConversation(); })}>{words.t("menu.new")}</Item>
      <Item icon="list" run={choose(() => { setView("list"); void chat.refreshConversations(); })}>{words.t("menu.list")}</Item>
      <Item icon="save" disabled={entries.length === 0} run={choose(() => saveTranscript(entries, bot.name, words))}>{words.t("menu.transcript")}</Item>
      <hr />
      <Item icon="sound" checked={settings.sound} run={() => chat.change({ sound: !settings.sound })}>
        {words.t("menu.sound")}<span class="value">{words.t(settings.sound ? "on" : "off")}</span>
      </Item>
      <Item icon="size" run={() => chat.change({ textSize: after(SIZES, settings.textSize) })}>
        {words.t("menu.size")}<span class="value">{words.percent(settings.textSize / 100)}</span>
      </Item>
      {locales.length > 1 && (
        <div class="menu-choice" role="group" aria-label={words.t("menu.language")}>
          <span class="menu-label"><Icon name="language" />{words.t("menu.language")}</span>
          <div class="languages">
            {locales.map((locale) => (
              <button type="button" key={locale} role="menuitemradio" aria-checked={locale === words.locale} lang={locale} onClick={choose(() => chat.change({ locale }))}>{nameOf(locale)}</button>
            ))}
          </div>
        </div>
      )}
      <hr />
      {ending ? (
        <div class="menu-choice" role="group" aria-label={words.t("end.confirm")}>
          <span class="menu-label">{words.t("end.confirm")}</span>
          <div class="languages">
            <button type="button" role="menuitem" onClick={end}>{words.t("end.yes")}</button>
            <button type="button" role="menuitem" onClick={() => shut(true)}>{words.t("cancel")}</button>
          </div>
        </div>
      ) : (
        <Item icon="end" disabled={state.current === ""} run={() => setEnding(true)}>{words.t("menu.end")}</Item>
      )}
    </>
  );
}

interface ItemProps {
  icon: IconName;
  run: () => void;
  disabled?: boolean;
  checked?: boolean;
  children: ComponentChildren;
}

function Item({ icon, run, disabled = false, checked, children }: ItemProps): JSX.Element {
  const role = checked === undefined ? "menuitem" : "menuitemcheckbox";
  return (
    <button type="button" role={role} aria-checked={checked} aria-disabled={disabled} onClick={() => { if (!disabled) run(); }}>
      <Icon name={icon} flip={icon === "end"} />
      {children}
    </button>
  );
}

function items(box: HTMLElement | null): HTMLElement[] {
  return [...(box?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
}

function walk(event: KeyboardEvent, box: HTMLElement | null, shut: () => void): void {
  const all = items(box);
  const at = all.indexOf(event.target as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    all[to % all.length]?.focus();
  }
  if (event.key === "Escape") {
    event.stopPropagation();
    shut();
  }
}

function after(sizes: readonly number[], size: number): number {
  return sizes[(sizes.indexOf(size) + 1) % sizes.length] ?? 100;
}
