/** Levels that are changed for a while, on all workers, without a restart. */
import { Button, Dialog, NumberField, RelativeTime, Section, SelectField, useApi, usePermission, useQuery, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LEVELS } from "./lines";

const LOG_LEVELS = ["log-levels"] as const;
const LONG_MINUTES = 10;
type Level = (typeof LEVELS)[number];

function useLevels() {
  const api = useApi();
  return useQuery({ queryKey: LOG_LEVELS, queryFn: ({ signal }) => api.get("/api/v1/logs/levels", { signal }) });
}

function useSetLevel() {
  const { t } = useTranslation("live");
  const api = useApi();
  return useWrite({
    run: (to: { logger: string; level: Level; minutes: number }) => api.put("/api/v1/logs/levels/{logger}", { path: { logger: to.logger }, body: { level: to.level, minutes: to.minutes } }),
    changes: [LOG_LEVELS],
    done: () => t("logs.changed"),
  });
}

export function Levels({ loggers }: { loggers: readonly string[] }): ReactNode {
  const { t } = useTranslation("live");
  const levels = useLevels();
  const mayChange = usePermission("logs:write");
  const [open, setOpen] = useState(false);
  if (!levels.data) return null;
  return (
    <Section title={t("logs.levels")} actions={mayChange && loggers.length > 0 && <Button small onClick={() => setOpen(true)}>{t("logs.set")}</Button>}>
      {levels.data.items.length === 0 && <p className="gb-faint">{t("logs.noLevels", { level: levels.data.base })}</p>}
      <ul className="gb-talk">
        {levels.data.items.map((one) => (
          <li key={one.logger}>
            <span>
              <code>{one.logger}</code> · {t(`logs.name.${one.level}`)} · {t("logs.until")} <RelativeTime at={one.until} />
            </span>
            {mayChange && <End logger={one.logger} />}
          </li>
        ))}
      </ul>
      {open && <Change loggers={loggers} onClose={() => setOpen(false)} />}
    </Section>
  );
}

function End({ logger }: { logger: string }): ReactNode {
  const { t } = useTranslation("live");
  const api = useApi();
  const end = useWrite({ run: () => api.delete("/api/v1/logs/levels/{logger}", { path: { logger } }), changes: [LOG_LEVELS] });
  return (
    <Button small busy={end.isPending} onClick={() => end.mutate()}>
      {t("logs.end")}
    </Button>
  );
}

function Change({ loggers, onClose }: { loggers: readonly string[]; onClose: () => void }): ReactNode {
  const { t } = useTranslation("live");
  const { t: common } = useTranslation();
  const [logger, setLogger] = useState(loggers[0] ?? "");
  const [level, setLevel] = useState<Level>("debug");
  const [minutes, setMinutes] = useState<number | null>(LONG_MINUTES);
  const set = useSetLevel();
  const actions = (
    <>
      <Button onClick={onClose}>{common("word.cancel")}</Button>
      <Button intent="primary" busy={set.isPending} disabled={minutes === null} onClick={() => set.mutate({ logger, level, minutes: minutes ?? LONG_MINUTES }, { onSuccess: onClose })}>
        {t("logs.set")}
      </Button>
    </>
  );
  return (
    <Dialog title={t("logs.levelTitle")} open onClose={onClose} actions={actions}>
      <div className="gb-stack">
        <p>{t("logs.levelText")}</p>
        <SelectField label={t("logs.logger")} value={logger} onChange={setLogger} options={loggers.map((one) => ({ value: one, label: one }))} />
        <SelectField label={t("logs.level")} value={level} onChange={(value) => setLevel(LEVELS.find((one) => one === value) ?? "debug")} options={LEVELS.map((one) => ({ value: one, label: t(`logs.name.${one}`) }))} />
        <NumberField label={t("logs.minutes")} value={minutes} onChange={setMinutes} min={1} max={1440} />
      </div>
    </Dialog>
  );
}
