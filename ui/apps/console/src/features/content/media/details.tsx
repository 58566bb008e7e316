/** One file: its name, what it shows in each language, its middle, its uses, and another one in its place. */
import { Banner, Button, ConfirmDialog, Drawer, Facts, ProgressBar, RelativeTime, StatusPill, TextField, useBot, usePermission, useQuery, useWrite } from "@gutenbot/console";
import { useRef, useState } from "react";
import type { KeyboardEvent, MouseEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { KEY, useFacets } from "../api";
import { UseList } from "../editor/usage";
import { languageName } from "../states";
import type { Media } from "../types";
import { MEDIA, useMediaApi } from "./api";
import { kindOfMedia, sizeWords } from "./thumb";

const STEP = 0.02;

export function Details({ media, onClose }: { media: Media; onClose: () => void }): ReactNode {
  const { t, i18n } = useTranslation("content");
  const bot = useBot();
  const api = useMediaApi();
  const facets = useFacets();
  const mayWrite = usePermission("content:write");
  const [name, setName] = useState(media.name);
  const [alt, setAlt] = useState(media.alt);
  const [focus, setFocus] = useState(media.focus);
  const more = useQuery({ queryKey: [...MEDIA(bot.id), media.id, media.version], queryFn: () => api.one(media.id) });
  const [share, setShare] = useState<number | null>(null);
  const [removing, setRemoving] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const changes = [MEDIA(bot.id), KEY.list(bot.id)];
  const save = useWrite({ run: () => api.change(media.id, { name, alt, focus: { x: focus.x ?? 0.5, y: focus.y ?? 0.5 }, version: media.version }), changes, done: () => t("media.saved"), onDone: onClose });
  const replace = useWrite({ run: (file: File) => api.replace(media.id, file, setShare), changes, done: () => t("media.replaced"), onDone: () => setShare(null) });
  const remove = useWrite({ run: () => api.remove(media.id), changes, done: () => t("media.removed", { name: media.name }), onDone: onClose });
  const locales = [...new Set([...(facets.data?.locales ?? []), ...Object.keys(media.alt)])];
  const kind = kindOfMedia(media);
  return (
    <Drawer open title={media.name} onClose={onClose} width={520}>
      <div className="gb-stack">
        {kind === "image" && <Focal src={api.fileOf(media, 960)} focus={focus} locked={!mayWrite} onChange={setFocus} />}
        {kind === "audio" && <audio controls src={api.fileOf(media)} />}
        {kind === "video" && <video controls src={api.fileOf(media)} width="100%" />}
        <Facts
          of={[
            [t("media.kind"), <code key="mime">{media.mime}</code>],
            [t("media.size"), sizeWords(media.size, i18n.language)],
            ...(media.width > 0 ? [[t("media.pixels"), `${media.width} × ${media.height}`] as const] : []),
            [t("media.added"), <RelativeTime key="at" at={media.created} />],
          ]}
        />
        <TextField label={t("media.name")} help={t("media.nameHelp")} value={name} onChange={setName} dir="ltr" disabled={!mayWrite} />
        {kind !== "file" &&
          locales.map((locale) => (
            <TextField key={locale} label={t("media.alt", { language: languageName(locale, i18n.language) })} value={alt[locale] ?? ""} onChange={(text) => setAlt({ ...alt, [locale]: text })} dir="auto" disabled={!mayWrite} />
          ))}
        {mayWrite && (
          <div className="gb-actions">
            <Button intent="danger" onClick={() => setRemoving(true)}>
              {t("media.remove")}
            </Button>
            <Button onClick={() => input.current?.click()} busy={replace.isPending}>
              {t("media.replace")}
            </Button>
            <Button intent="primary" busy={save.isPending} onClick={() => save.mutate()}>
              {t("media.save")}
            </Button>
          </div>
        )}
        <input
          ref={input}
          type="file"
          hidden
          aria-label={t("media.replace")}
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) replace.mutate(file);
          }}
        />
        {share !== null && <ProgressBar value={share} of={1} label={t("media.replace")} />}
        {replace.error && <Banner tone="bad" live>{replace.error.message}</Banner>}
        <h3>{t("side.usage")}</h3>
        <UseList uses={(more.data?.used_by ?? []).map((one) => ({ place: one.place, kind: "item", words: `${one.item} · ${one.locale}` }))} />
        {more.data && more.data.channels.length > 0 && (
          <>
            <h3>{t("media.channels")}</h3>
            <ul className="gb-lines">
              {more.data.channels.map((one) => (
                <li key={one.channel}>
                  <StatusPill tone={one.fits ? "good" : "warn"}>{one.channel}</StatusPill>
                  <span className="gb-faint gb-grow">{one.fits ? (one.width > 0 ? t("media.copy", { width: one.width }) : t("media.asIs")) : one.why}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <ConfirmDialog open={removing} title={t("media.removeTitle", { name: media.name })} verb={t("media.remove")} busy={remove.isPending} onClose={() => setRemoving(false)} onConfirm={() => remove.mutate()}>
        <p>{t("media.removeText", { count: media.uses })}</p>
      </ConfirmDialog>
    </Drawer>
  );
}

/** The point that stays in sight when a channel cuts the picture: by pointer, or by the arrow keys. */
function Focal({ src, focus, locked, onChange }: { src: string; focus: Media["focus"]; locked: boolean; onChange: (focus: { x: number; y: number }) => void }): ReactNode {
  const { t } = useTranslation("content");
  const at = { x: focus.x ?? 0.5, y: focus.y ?? 0.5 };
  const within = (n: number) => Math.round(Math.min(1, Math.max(0, n)) * 1000) / 1000;
  const pick = (event: MouseEvent<HTMLButtonElement>) => {
    if (event.detail === 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    onChange({ x: within((event.clientX - box.left) / box.width), y: within((event.clientY - box.top) / box.height) });
  };
  const byKey = (event: KeyboardEvent) => {
    const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (!by) return;
    event.preventDefault();
    onChange({ x: within(at.x + (by[0] ?? 0)), y: within(at.y + (by[1] ?? 0)) });
  };
  return (
    <div dir="ltr">
      <button type="button" className="gb-focal" disabled={locked} aria-label={t("media.focal", { x: Math.round(at.x * 100), y: Math.round(at.y * 100) })} onClick={pick} onKeyDown={byKey}>
        <img src={src} alt="" />
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
          <circle cx={at.x * 100} cy={at.y * 100} r="3" fill="#fff" stroke="#000" />
        </svg>
      </button>
      <span className="gb-faint">{t("media.focalHelp")}</span>
    </div>
  );
}
