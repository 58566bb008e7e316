/** How the item will be shown: on each channel, for a sample person, light and dark, from left and from right, on a phone. */
import { Banner, IconButton, SegmentedField, SelectField, Skeleton, TextField, useApi, useBot, usePermission, useQuery } from "@gutenbot/console";
import { keepPreviousData } from "@tanstack/react-query";
import { Moon, PilcrowLeft, PilcrowRight, Smartphone, Sun } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { nameOf } from "../../people/list";
import { KEY, useContent } from "../api";
import type { Written } from "../api";
import { useEditing } from "../editor/context";
import { focusField } from "../editor/focus";
import { directionOf } from "../states";
import type { Json, Message } from "../types";
import type { Canvas } from "./draw";
import { drawn, kindWord } from "./messages";

const PAUSE_MS = 250;

export type PaneProps = { written: Written; type: string; active: number | null; pathOf: (index: number) => string };

export function PreviewPane({ written, type, active, pathOf }: PaneProps): ReactNode {
  const { t } = useTranslation("content");
  const { item, locale, names } = useEditing();
  const content = useContent();
  const channels = useQuery({ queryKey: [...KEY.all(content.bot), "channels"], queryFn: content.channels, staleTime: 300_000 });
  const [channel, setChannel] = useState("web");
  const [person, setPerson] = useState("");
  const [sample, setSample] = useState<Record<string, string>>({});
  const [look, setLook] = useState<{ dark: boolean; rtl: boolean; phone: boolean }>(() => ({ dark: document.documentElement.dataset.mantineColorScheme === "dark", rtl: directionOf(locale) === "rtl", phone: true }));
  const asked = useLater(written);
  const known = new Set(names.names.filter((one) => !one.passed).map((one) => one.name.split(".")[0]));
  const passed = item.variables.filter((one) => !known.has(one.name));
  const data = Object.fromEntries(passed.map((one) => [one.name, dataOf(sample[one.name], one.name)]));
  const preview = useQuery({
    queryKey: [...KEY.item(content.bot, item.id), "preview", locale, channel, person, asked, data],
    queryFn: ({ signal }) => content.preview({ id: item.id, locale, channel, type, ...asked, ...(person !== "" && { person }), data }, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    gcTime: 10_000,
  });
  const offered = channels.data ?? [{ name: "web", title: "Web", limits: {} }];
  const options = [...offered].sort((one, other) => Number(other.name === "web") - Number(one.name === "web")).map((one) => ({ value: one.name, label: one.title || one.name }));
  return (
    <section className="gb-preview" aria-label={t("preview.label")}>
      <div className="gb-preview-tools">
        {options.length > 5 ? <SelectField label={t("preview.channel")} value={channel} onChange={setChannel} options={options} /> : <SegmentedField label={t("preview.channel")} value={channel} onChange={setChannel} options={options} />}
        <People value={person} onChange={setPerson} />
        <span className="gb-bubble-tools">
          <IconButton icon={look.dark ? Sun : Moon} label={t(look.dark ? "preview.light" : "preview.dark")} onClick={() => setLook({ ...look, dark: !look.dark })} />
          <IconButton icon={look.rtl ? PilcrowRight : PilcrowLeft} label={t(look.rtl ? "preview.ltr" : "preview.rtl")} onClick={() => setLook({ ...look, rtl: !look.rtl })} />
          <IconButton icon={Smartphone} label={t("preview.phone")} aria-pressed={look.phone} onClick={() => setLook({ ...look, phone: !look.phone })} />
        </span>
      </div>
      {passed.length > 0 && (
        <details className="gb-when">
          <summary>{t("preview.sample")}</summary>
          <div className="gb-stack">
            {passed.map((one) => (
              <TextField key={one.name} label={one.name} value={sample[one.name] ?? ""} placeholder={textOf(dataOf(undefined, one.name))} onChange={(value) => setSample({ ...sample, [one.name]: value })} dir="auto" />
            ))}
          </div>
        </details>
      )}
      {preview.isPending && <Skeleton lines={4} />}
      {preview.error && <Banner tone="warn" title={t("preview.failed")}>{preview.error.message}</Banner>}
      {preview.data && <Drawn messages={preview.data.messages} locale={locale} look={look} active={active} pathOf={pathOf} />}
      {preview.data?.messages.length === 0 && <p className="gb-faint">{t("preview.nothing")}</p>}
      {preview.data && preview.data.lost.length > 0 && (
        <Banner tone="warn" title={t("preview.lost")}>
          <ul className="gb-changes">
            {preview.data.lost.map((one, index) => (
              <li key={index}>
                {one.what} → {one.instead}
              </li>
            ))}
          </ul>
        </Banner>
      )}
    </section>
  );
}

/** The newest of something that changes with every key, once it rests. */
function useLater<T>(value: T): T {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return later;
}

/** A sample for a variable: what was typed, read as JSON where it is JSON; else its own name. */
function dataOf(typed: string | undefined, name: string): Json {
  if (typed === undefined || typed === "") return `‹${name}›`;
  try {
    return JSON.parse(typed) as Json;
  } catch {
    return typed;
  }
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function People({ value, onChange }: { value: string; onChange: (person: string) => void }): ReactNode {
  const { t } = useTranslation(["content", "console"]);
  const api = useApi();
  const bot = useBot();
  const mayRead = usePermission("users:read");
  const people = useQuery({ queryKey: ["users", bot.id, "samples"], queryFn: () => api.get("/api/v1/bots/{bot}/users", { path: { bot: bot.id }, query: { limit: 8 } }), enabled: mayRead, staleTime: 60_000 });
  const known = (people.data?.items ?? []).map((one) => ({ value: one.id, label: nameOf(one, (id) => t("console:people.visitor", { id })) }));
  return <SelectField label={t("preview.person")} value={value} onChange={onChange} options={[{ value: "", label: t("preview.somebody") }, ...known]} />;
}

type Look = { dark: boolean; rtl: boolean; phone: boolean };

function Drawn({ messages, locale, look, active, pathOf }: { messages: readonly Message[]; locale: string; look: Look; active: number | null; pathOf: (index: number) => string }): ReactNode {
  const { t } = useTranslation("content");
  const content = useContent();
  const host = useRef<HTMLDivElement>(null);
  const canvas = useRef<Promise<Canvas> | null>(null);
  useEffect(() => {
    if (host.current === null) return;
    const place = host.current;
    canvas.current ??= import("./draw").then(({ openCanvas }) => openCanvas(place, locale));
    let current = true;
    const media = (name: string) => `/web/${encodeURIComponent(content.bot)}/media/${name.replace(/^(\.\/)?(media\/)?/, "").split("/").map(encodeURIComponent).join("/")}`;
    void canvas.current.then(({ draw }) => {
      if (!current) return;
      draw({
        messages: drawn(messages, media, location.href),
        scheme: look.dark ? "dark" : "light",
        dir: look.rtl ? "rtl" : "ltr",
        active,
        label: (index) => {
          const one = messages[index];
          return t("preview.edit", { what: one ? kindWord(one) : "" });
        },
        onPick: (index) => focusField(pathOf(index)),
      });
    });
    return () => {
      current = false;
    };
  }, [messages, locale, look, active, pathOf, content.bot, t]);
  return <div className="gb-preview-frame" data-phone={look.phone ? "" : undefined} data-dark={look.dark ? "" : undefined} ref={host} />;
}
