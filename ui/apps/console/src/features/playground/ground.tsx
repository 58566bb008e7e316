/** The playground: the chat on one side, what happened on the other. As a page, and beside every page. */
import type { PlayBegun, PlaySession } from "@gutenbot/api";
import { Button, EmptyState, ErrorCard, Problem, SelectField, Skeleton, useApi, useQueryClient, useWrite } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { Plus, Undo2 } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LANGUAGES } from "../../i18n";
import { wordsOf } from "../people/entry-words";
import { ChatFrame } from "./chat-frame";
import type { ChatHandle } from "./chat-frame";
import { Inspector } from "./inspector";
import { MoreMenu } from "./more-menu";
import "./playground.css";
import { SayLine } from "./say-line";

const BASE = "/api/v1/bots/{bot}/playground" as const;
const ONE = "/api/v1/bots/{bot}/playground/{session}" as const;
const LOOKS = ["auto", "light", "dark"] as const;
const WIDTHS = ["phone", "tablet", "full"] as const;
type Wish = { persona: string; skin: string; locale: string; item: string };

/** `item`: a content item that one wants to see. The bot is led there, where words do. */
export function Ground({ bot, name, dock, item = "" }: { bot: string; name: string; dock?: boolean; item?: string }): ReactNode {
  const { t } = useTranslation("playground");
  const api = useApi();
  const [wish, setWish] = useState<Wish>({ persona: "", skin: "web", locale: "", item });
  const [begun, setBegun] = useState<PlayBegun | null>(null);
  const begin = useWrite<PlayBegun, Wish>({
    quiet: true,
    run: (body, key) => api.post(BASE, { path: { bot }, body, idempotencyKey: key }),
    onDone: setBegun,
  });
  const start = begin.mutate;
  const restart = useCallback(
    (change: Partial<Wish> = {}) => {
      const next = { ...wish, ...change };
      setWish(next);
      start(next);
    },
    [wish, start],
  );
  const first = useRef(false);
  useEffect(() => {
    if (first.current) return;
    first.current = true;
    start(wish);
  }, [start, wish]);
  if (begin.error instanceof Problem && begin.error.code === "playground.no-channel") return <EmptyState kind="off" title={t("noChannel")} />;
  if (begin.error) return <ErrorCard error={begin.error} onRetry={() => restart()} />;
  if (!begun) return <Skeleton lines={8} />;
  return <Playing key={begun.id} bot={bot} name={name} begun={begun} wish={wish} restart={restart} busy={begin.isPending} dock={dock ?? false} />;
}

type PlayingProps = { bot: string; name: string; begun: PlayBegun; wish: Wish; restart: (change?: Partial<Wish>) => void; busy: boolean; dock: boolean };

function Playing({ bot, name, begun, wish, restart, busy, dock }: PlayingProps): ReactNode {
  const { t } = useTranslation("playground");
  const api = useApi();
  const queries = useQueryClient();
  const path = { bot, session: begun.id };
  const key = ["playground", bot, begun.id];
  const query = useQuery<PlaySession>({ queryKey: key, queryFn: ({ signal }) => api.get(ONE, { path, signal }), initialData: begun });
  const session = query.data;
  const [look, setLook] = useState<(typeof LOOKS)[number]>("auto");
  const [width, setWidth] = useState<(typeof WIDTHS)[number]>("full");
  const [round, setRound] = useState(0);
  const [picked, setPicked] = useState<number | null>(null);
  const chat = useRef<ChatHandle>(null);
  const refresh = useRefresh(() => void queries.invalidateQueries({ queryKey: key }));
  const led = useRef(begun.leads[0] === undefined);
  const lead = () => {
    if (led.current) return;
    led.current = true;
    chat.current?.say(begun.leads[0] ?? "");
    refresh();
  };
  const undo = useWrite({
    run: (_: void, idempotencyKey) => api.post(`${ONE}/undo`, { path, idempotencyKey }),
    changes: [key],
    done: () => t("undone"),
    onDone: () => {
      setPicked(null);
      setRound((now) => now + 1);
    },
  });
  const set = useWrite<PlaySession, { skin?: string; advance_s?: number }>({
    run: (body, idempotencyKey) => api.patch(ONE, { path, body, idempotencyKey }),
    onDone: (next) => queries.setQueryData(key, next),
    changes: [key],
  });
  const newest = session.turns[0]?.seq ?? null;
  const shown = session.turns.some((turn) => turn.seq === picked) ? picked : newest;
  const hours = Math.round(session.ahead_s / 3600);
  return (
    <div className="gb-play" data-dock={dock ? "" : undefined}>
      <div className="gb-play-side">
        <div className="gb-play-bar">
          <Button small icon={Plus} busy={busy} onClick={() => restart()}>
            {t("new")}
          </Button>
          <Button small icon={Undo2} busy={undo.isPending} disabled={session.turns.length === 0} onClick={() => undo.mutate()}>
            {t("undo")}
          </Button>
          <MoreMenu bot={bot} session={session} onPass={(advance_s) => set.mutate({ advance_s })} onChanged={refresh} />
        </div>
        <div className="gb-play-wishes">
          <PersonaField bot={bot} value={wish.persona} onChange={(persona) => restart({ persona })} />
          <SelectField
            label={t("skin")}
            value={session.skin}
            onChange={(skin) => set.mutate({ skin })}
            options={session.skins.map((one) => ({ value: one, label: one }))}
          />
          <SelectField label={t("language")} value={wish.locale} onChange={(locale) => restart({ locale })} options={[{ value: "", label: t("ofBrowser") }, ...LANGUAGES.map((one) => ({ value: one.id, label: one.name }))]} />
          <SelectField
            label={t("look")}
            value={look}
            onChange={(value) => {
              setLook(LOOKS.find((one) => one === value) ?? "auto");
              setRound((now) => now + 1);
            }}
            options={LOOKS.map((value) => ({ value, label: t(`looks.${value}`) }))}
          />
          {!dock && <SelectField label={t("width")} value={width} onChange={(value) => setWidth(WIDTHS.find((one) => one === value) ?? "full")} options={WIDTHS.map((value) => ({ value, label: t(`widths.${value}`) }))} />}
        </div>
        {hours > 0 && <p className="gb-faint">{t("ahead", { hours })}</p>}
        <div className="gb-play-frame" data-width={dock ? "full" : width}>
          <ChatFrame key={round} ref={chat} page={begun.page} token={begun.token} bot={bot} title={t("chat", { bot: name })} locale={wish.locale} theme={look === "auto" ? "" : look} onEvent={refresh} onReady={lead} />
        </div>
        {wish.item !== "" && <p className="gb-faint">{t(begun.leads.length > 0 ? "leads" : "leadsNot", { item: wish.item, words: begun.leads[0] ?? "" })}</p>}
        <SayLine
          bot={bot}
          suggestions={[...new Set([...begun.leads, ...session.suggestions])]}
          onSay={(text) => {
            chat.current?.say(text);
            refresh();
          }}
        />
      </div>
      <div className="gb-play-side">
        {session.turns.length === 0 ? <p className="gb-faint">{t("noTurns")}</p> : <TurnPicker session={session} shown={shown} newest={newest} onPick={(seq) => setPicked(seq === newest ? null : seq)} />}
        {shown !== null && <Inspector key={shown} bot={bot} seq={shown} />}
      </div>
    </div>
  );
}

function PersonaField({ bot, value, onChange }: { bot: string; value: string; onChange: (name: string) => void }): ReactNode {
  const { t } = useTranslation("playground");
  const api = useApi();
  const personas = useQuery({ queryKey: ["personas", bot], queryFn: ({ signal }) => api.get("/api/v1/bots/{bot}/personas", { path: { bot }, signal }) });
  const names = (personas.data?.items ?? []).map((one) => ({ value: one.name, label: one.name }));
  return <SelectField label={t("as")} value={value} onChange={onChange} options={[{ value: "", label: t("visitor") }, ...names]} />;
}

function TurnPicker({ session, shown, newest, onPick }: { session: PlaySession; shown: number | null; newest: number | null; onPick: (seq: number) => void }): ReactNode {
  const { t } = useTranslation("playground");
  const options = session.turns.map((turn) => {
    const said = wordsOf(turn.event).text.slice(0, 60) || String(turn.event.type);
    return { value: String(turn.seq), label: `${said} → ${turn.by || t("nobody")}` };
  });
  return <SelectField label={t("turns")} value={String(shown ?? newest ?? "")} onChange={(value) => onPick(Number(value))} options={options} />;
}

const SOON_MS = [150, 700, 2000];

/** Looks a few times after something happened: the answer takes a moment. */
function useRefresh(look: () => void): () => void {
  const timers = useRef<ReturnType<typeof setTimeout>[]>([]);
  useEffect(() => () => timers.current.forEach(clearTimeout), []);
  return () => {
    timers.current.forEach(clearTimeout);
    timers.current = SOON_MS.map((ms) => setTimeout(look, ms));
  };
}
