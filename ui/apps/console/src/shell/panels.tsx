/** Panels beside and below the page, which stay open while one moves between pages: details, and later the playground and logs. */
import { IconButton, useShortcut } from "@gutenbot/console";
import { X } from "lucide-react";
import { createContext, useCallback, useContext, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export type Panel = { id: string; title: string; content: ReactNode };
export type Place = "end" | "bottom";
type Panels = { shown: Partial<Record<Place, Panel>>; show: (place: Place, panel: Panel) => void; close: (place: Place) => void };

const Context = createContext<Panels>({ shown: {}, show: () => undefined, close: () => undefined });

export function PanelProvider({ children }: { children: ReactNode }): ReactNode {
  const [shown, setShown] = useState<Partial<Record<Place, Panel>>>({});
  const show = useCallback((place: Place, panel: Panel) => setShown((now) => ({ ...now, [place]: panel })), []);
  const close = useCallback((place: Place) => setShown(({ [place]: _, ...others }) => others), []);
  const value = useMemo(() => ({ shown, show, close }), [shown, show, close]);
  return <Context value={value}>{children}</Context>;
}

/** Opens and closes panels. */
export function usePanels(): Panels {
  return useContext(Context);
}

/** Where they are drawn. */
export function Panels(): ReactNode {
  const { shown } = usePanels();
  return (
    <>
      {shown.end && <Frame place="end" panel={shown.end} />}
      {shown.bottom && <Frame place="bottom" panel={shown.bottom} />}
    </>
  );
}

function Frame({ place, panel }: { place: Place; panel: Panel }): ReactNode {
  const { t } = useTranslation();
  const { close } = usePanels();
  useShortcut({ id: `panel.${place}`, keys: "escape", label: t("shortcuts.closePanel"), section: t("shortcuts.everywhere") }, () => close(place));
  return (
    <aside className="gb-panel" data-place={place} aria-label={panel.title}>
      <header>
        <h2 dir="auto">{panel.title}</h2>
        <IconButton icon={X} label={t("word.close")} keys="escape" onClick={() => close(place)} />
      </header>
      <div className="gb-panel-body">{panel.content}</div>
    </aside>
  );
}
