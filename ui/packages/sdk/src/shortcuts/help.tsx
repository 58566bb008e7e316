/** The list of shortcuts, where each can be changed or switched off. */
import { useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../hooks/context";
import { Button } from "../kit/button";
import { SwitchField } from "../kit/fields";
import { Keys, keyWords } from "../kit/keys";
import { Dialog } from "../kit/overlays";
import { isBare, nameOf } from "./keys";
import { clash, useShortcutList } from "./shortcuts";

/** The dialog that `?` opens. */
export function ShortcutHelp({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const { t } = useTranslation("kit");
  return (
    <Dialog title={t("shortcuts.title")} open={open} onClose={onClose} wide>
      <ShortcutList />
    </Dialog>
  );
}

type Asked = { id: string; keys: string; others: readonly string[] };

/** The same on a page; with `met` with the shortcuts of pages that were open before. */
export function ShortcutList({ met }: { met?: boolean }): ReactNode {
  const { t } = useTranslation("kit");
  const list = useShortcutList(met);
  const all = useShortcutList(true);
  const [preferences, prefer] = usePreferences();
  const [changing, setChanging] = useState<string | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const sections = [...new Set(list.map((one) => one.section))];
  const othersOf = (id: string, keys: string) => all.filter((one) => one.id !== id && clash(one.keys, keys));
  const assign = (id: string, keys: string, takenFrom: readonly string[] = []) => {
    prefer({ keys: { ...preferences.keys, ...Object.fromEntries(takenFrom.map((other) => [other, ""])), [id]: keys } });
    setChanging(null);
    setAsked(null);
  };
  const chosen = (id: string, keys: string) => {
    const others = othersOf(id, keys).map((one) => one.id);
    if (others.length === 0) assign(id, keys);
    else {
      setChanging(null);
      setAsked({ id, keys, others });
    }
  };
  const reset = (id: string) => {
    const { [id]: _, ...kept } = preferences.keys ?? {};
    prefer({ keys: kept });
  };
  return (
    <div className="gb-stack">
      <SwitchField
        label={t("shortcuts.bare")}
        help={t("shortcuts.bareHelp")}
        value={preferences.shortcuts !== "off"}
        onChange={(on) => prefer({ shortcuts: on ? "on" : "off" })}
      />
      {sections.map((section) => (
        <section key={section} className="gb-shortcuts">
          <h3>{section}</h3>
          <ul>
            {list
              .filter((one) => one.section === section)
              .map((one) => (
                <li key={one.id}>
                  <span>{one.label}</span>
                  {changing === one.id ? (
                    <KeyCatcher label={t("shortcuts.press", { what: one.label })} onKeys={(keys) => chosen(one.id, keys)} onCancel={() => setChanging(null)} />
                  ) : (
                    <>
                      {one.keys === "" ? <span className="gb-faint">{t("shortcuts.off")}</span> : <Keys of={one.keys} />}
                      <Button small intent="quiet" onClick={() => setChanging(one.id)}>
                        {t("shortcuts.change")}
                        <span className="gb-unseen">: {one.label}</span>
                      </Button>
                      {one.keys !== one.usual && (
                        <Button small intent="quiet" onClick={() => reset(one.id)}>
                          {t("shortcuts.reset")}
                          <span className="gb-unseen">: {one.label}</span>
                        </Button>
                      )}
                      {asked?.id !== one.id && othersOf(one.id, one.keys).length > 0 && (
                        <span className="gb-shortcut-clash">{t("shortcuts.clash", { others: wordsOf(othersOf(one.id, one.keys)) })}</span>
                      )}
                    </>
                  )}
                  {asked?.id === one.id && (
                    <div className="gb-shortcut-clash" role="alert">
                      <span>
                        <Keys of={asked.keys} /> {t("shortcuts.taken", { others: wordsOf(othersOf(one.id, asked.keys)) })}
                      </span>
                      <Button small intent="primary" onClick={() => assign(one.id, asked.keys, asked.others)}>
                        {t("shortcuts.take")}
                      </Button>
                      <Button small onClick={() => setAsked(null)}>
                        {t("cancel")}
                      </Button>
                    </div>
                  )}
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

const wordsOf = (list: readonly { label: string }[]) => list.map((one) => one.label).join(", ");

/** Takes the keys as they are pressed. After a bare character a second key may follow; Enter, or the button, takes it alone. */
function KeyCatcher({ label, onKeys, onCancel }: { label: string; onKeys: (keys: string) => void; onCancel: () => void }): ReactNode {
  const { t } = useTranslation("kit");
  const [first, setFirst] = useState("");
  const keys = keyWords(first).join(" ");
  const caught = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    const name = nameOf(event.nativeEvent);
    if (name === null) return;
    if (name === "escape") onCancel();
    else if (first !== "" && (name === "backspace" || name === "delete")) setFirst("");
    else if (first !== "") onKeys(name === "enter" ? first : `${first} ${name}`);
    else if (name === "backspace" || name === "delete") onKeys("");
    else if (isBare(name)) setFirst(name);
    else onKeys(name);
  };
  return (
    <span className="gb-row" onMouseDown={(event) => event.preventDefault()} onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && onCancel()}>
      <input className="gb-key-catcher" autoFocus readOnly aria-label={label} placeholder={t("shortcuts.pressShort")} value={first === "" ? "" : t("shortcuts.then", { keys })} onKeyDown={caught} />
      <span role="status" className="gb-unseen">
        {first !== "" && t("shortcuts.first", { keys })}
      </span>
      {first !== "" && (
        <Button small onClick={() => onKeys(first)}>
          {t("shortcuts.alone", { keys })}
        </Button>
      )}
    </span>
  );
}
