/** The look of the chat: changed on one side, seen on the other, before anybody else sees it. */
import type { PlayBegun, SettingsSection } from "@gutenbot/api";
import { Button, ErrorCard, Section, SelectField, TextField, useApi, usePermission, useQuery, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ChatFrame } from "../playground/chat-frame";
import "../playground/playground.css";
import { contrastOf, ENOUGH, shownShade } from "./contrast";
import { MODULE } from "./web";

const THEMES = ["calm", "card", "terminal", "contrast"] as const;
const MODES = ["", "light", "dark"] as const;
const FIELDS = ["theme", "accent", "title", "launcher", "teaser", "position"] as const;
type Field = (typeof FIELDS)[number];
type Look = Record<Field, string>;

function lookOf(section: SettingsSection): Look {
  const text = (name: Field) => (typeof section.settings[name]?.value === "string" ? section.settings[name].value : "");
  return { theme: text("theme"), accent: text("accent"), title: text("title"), launcher: text("launcher"), teaser: text("teaser"), position: text("position") };
}

export function LookEditor({ bot, name, section }: { bot: string; name: string; section: SettingsSection }): ReactNode {
  const { t } = useTranslation("channels");
  const api = useApi();
  const before = lookOf(section);
  const [look, setLook] = useState(before);
  const changed = FIELDS.filter((field) => look[field] !== before[field]);
  const save = useWrite({
    quiet: true,
    run: (_: void, idempotencyKey) => {
      const values = Object.fromEntries(changed.map((field) => [field, look[field]]));
      return api.put("/api/v1/modules/{module}/settings", { path: { module: MODULE }, query: { bot }, body: { values, revision: section.revision }, idempotencyKey });
    },
    changes: [["settings", MODULE, bot]],
    done: () => t("web.saved"),
  });
  return (
    <Section title={t("web.look")} about={t("web.lookText")}>
      <div className="gb-look">
        <div className="gb-stack">
          <Fields section={section} look={look} onChange={(change) => setLook((now) => ({ ...now, ...change }))} />
          {save.error && <ErrorCard error={save.error} />}
          {changed.length > 0 && (
            <div className="gb-actions">
              <Button onClick={() => setLook(before)}>{t("web.discard")}</Button>
              <Button intent="primary" busy={save.isPending} onClick={() => save.mutate()}>
                {t("web.save")}
              </Button>
            </div>
          )}
        </div>
        <Preview bot={bot} name={name} look={look} />
      </div>
    </Section>
  );
}

function Fields({ section, look, onChange }: { section: SettingsSection; look: Look; onChange: (change: Partial<Look>) => void }): ReactNode {
  const { t } = useTranslation("channels");
  const mayWrite = usePermission("modules:write");
  const words = look.theme.split(" ");
  const theme = THEMES.find((one) => words.includes(one)) ?? "calm";
  const mode = MODES.find((one) => one !== "" && words.includes(one)) ?? "";
  const state = (field: Field) => {
    const locked = section.settings[field]?.locked ?? "";
    return { disabled: !mayWrite || locked !== "", ...(locked && { help: t("web.locked", { where: locked }) }) };
  };
  return (
    <>
      <SelectField label={t("web.theme")} value={theme} onChange={(value) => onChange({ theme: `${value} ${mode}`.trim() })} options={THEMES.map((value) => ({ value, label: t(`web.themes.${value}`) }))} {...state("theme")} />
      <SelectField label={t("web.mode")} value={mode} onChange={(value) => onChange({ theme: `${theme} ${value}`.trim() })} options={MODES.map((value) => ({ value, label: t(`web.modes.${value}`) }))} {...state("theme")} />
      <Accent value={look.accent} onChange={(accent) => onChange({ accent })} {...state("accent")} />
      <TextField label={t("web.name")} value={look.title} onChange={(title) => onChange({ title })} dir="auto" maxLength={100} {...state("title")} />
      <TextField label={t("web.launcher")} value={look.launcher} onChange={(launcher) => onChange({ launcher })} dir="auto" maxLength={60} {...state("launcher")} />
      <TextField label={t("web.teaser")} value={look.teaser} onChange={(teaser) => onChange({ teaser })} dir="auto" maxLength={200} {...state("teaser")} />
      <SelectField label={t("web.position")} value={look.position} onChange={(position) => onChange({ position })} options={(["end", "start"] as const).map((value) => ({ value, label: t(`web.positions.${value}`) }))} {...state("position")} />
    </>
  );
}

function Accent({ value, onChange, disabled, help }: { value: string; onChange: (value: string) => void; disabled: boolean; help?: string }): ReactNode {
  const { t, i18n } = useTranslation("channels");
  const ratio = contrastOf(value);
  const shade = shownShade(value);
  const digits = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  const fine = ratio !== null && ratio >= ENOUGH && shade.toLowerCase() === value.toLowerCase();
  const words = ratio === null ? t("web.accentOwn") : `${t("web.contrast", { ratio: digits.format(ratio) })} ${fine ? t("web.contrastGood") : t("web.contrastBad", { shade })}`;
  return (
    <div className="gb-accent">
      <TextField label={t("web.accent")} value={value} onChange={onChange} dir="ltr" placeholder="#0b6e7f" maxLength={7} disabled={disabled} help={help ?? words} />
      <input type="color" aria-label={t("web.accentPick")} value={ratio === null ? "#0b6e7f" : value} disabled={disabled} onChange={(event) => onChange(event.currentTarget.value)} />
      {value !== "" && !disabled && (
        <Button small intent="quiet" onClick={() => onChange("")}>
          {t("web.accentReset")}
        </Button>
      )}
    </div>
  );
}

function Preview({ bot, name, look }: { bot: string; name: string; look: Look }): ReactNode {
  const { t } = useTranslation("channels");
  const api = useApi();
  const mayUse = usePermission("playground:use");
  const begun = useQuery<PlayBegun>({
    queryKey: ["channels", "web", "preview", bot],
    queryFn: () => api.post("/api/v1/bots/{bot}/playground", { path: { bot }, body: { persona: "", skin: "web", locale: "" } }),
    enabled: mayUse,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  if (!mayUse) return <p className="gb-faint">{t("web.previewOff")}</p>;
  if (begun.error) return <ErrorCard error={begun.error} />;
  return (
    <div className="gb-play-frame">
      {begun.data && <ChatFrame page={begun.data.page} token={begun.data.token} bot={bot} title={t("web.preview")} locale="" theme="" look={{ config: look, name: look.title || name }} onEvent={nothing} />}
    </div>
  );
}

function nothing(): void {
  // A preview is only looked at.
}
