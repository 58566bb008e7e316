/** Short notices that go away by themselves, with at most one action: undo, or try again. */
import { CircleCheck, TriangleAlert, X } from "lucide-react";
import { createContext, useCallback, useContext, useEffect, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../kit/button";
import { useAnnounce } from "./announce";

export type Toast = { text: string; kind?: "done" | "failed"; action?: { label: string; run: () => void } };
type Shown = Toast & { id: number };

const STAYS_MS = 8000;
const MOST = 3;
const Context = createContext<(toast: Toast) => void>(() => undefined);
let last = 0;

/** Where toasts are shown. */
export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const [shown, setShown] = useState<Shown[]>([]);
  const announce = useAnnounce();
  const { t } = useTranslation("kit");
  const show = useCallback(
    (toast: Toast) => {
      last += 1;
      setShown((now) => [...now.slice(1 - MOST), { ...toast, id: last }]);
      announce(toast.text);
    },
    [announce],
  );
  const close = useCallback((id: number) => setShown((now) => now.filter((one) => one.id !== id)), []);
  const value = useMemo(() => show, [show]);
  return (
    <Context value={value}>
      {children}
      <section className="gb-toasts" aria-label={t("toast.region")}>
        {shown.map((toast) => (
          <ToastLine key={toast.id} toast={toast} onClose={() => close(toast.id)} />
        ))}
      </section>
    </Context>
  );
}

function ToastLine({ toast, onClose }: { toast: Shown; onClose: () => void }): ReactNode {
  const { t } = useTranslation("kit");
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(onClose, STAYS_MS);
    return () => clearTimeout(timer);
  }, [held, onClose]);
  const Icon = toast.kind === "failed" ? TriangleAlert : CircleCheck;
  const act = () => {
    toast.action?.run();
    onClose();
  };
  return (
    <div
      className="gb-toast"
      data-kind={toast.kind ?? "done"}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon size={16} aria-hidden />
      <span>{toast.text}</span>
      {toast.action && (
        <Button intent="quiet" small onClick={act}>
          {toast.action.label}
        </Button>
      )}
      <IconButton icon={X} label={t("close")} onClick={onClose} />
    </div>
  );
}

/** Shows a toast. */
export function useToast(): (toast: Toast) => void {
  return useContext(Context);
}
