/** The list of shortcuts, where each can be changed or switched off. */
import { useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePreferences } from "../hooks/context";
import { Button } from "../kit/button";
import { SwitchField } from "../kit/fields";
import { Keys } from "../kit/keys";
import { Dialog } from "../kit/overlays";
import { nameOf } from "./keys";
import { useShortcutList } from "./shortcuts";

/** The dialog that `?` opens. */
export function ShortcutHelp({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const { t } = useTranslation("kit");
  return (
    <Dialog title={t("shortcuts.title")} open={open} onClose={onClose} wide>
      <ShortcutList />
    </Dialog>
  );
}

/** The same on a page. */
export function ShortcutList(): ReactNode {
  const { t } = useTranslation("kit");
  const list = useShortcutList();
  const [preferences, prefer] = usePreferences();
  const [changing, setChanging] = useState<string | null>(null);
  const sections = [...new Set(list.map((one) => one.section))];
  const assign = (id: string, keys: string) => {
    prefer({ keys: { ...preferences.keys, [id]: keys } });
    setChanging(null);
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
                    <KeyCatcher label={t("shortcuts.press", { what: one.label })} onKeys={(keys) => assign(one.id, keys)} onCancel={() => setChanging(null)} />
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
                    </>
                  )}
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function KeyCatcher({ label, onKeys, onCancel }: { label: string; onKeys: (keys: string) => void; onCancel: () => void }): ReactNode {
  const { t } = useTranslation("kit");
  const caught = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    const name = nameOf(event.nativeEvent);
    if (name === "escape") onCancel();
    else if (name === "backspace" || name === "delete") onKeys("");
    else if (name !== null) onKeys(name);
  };
  return <input className="gb-key-catcher" autoFocus readOnly aria-label={label} placeholder={t("shortcuts.pressShort")} onKeyDown={caught} onBlur={onCancel} />;
}
