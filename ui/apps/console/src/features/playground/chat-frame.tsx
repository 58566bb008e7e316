/** The chat itself: the page of the web chat in a frame, told who comes and what is said, heard when something happens. */
import { useEffect, useEffectEvent, useImperativeHandle, useRef, useState } from "react";
import type { ReactNode, Ref } from "react";

export type ChatHandle = { say: (text: string) => void };
type Props = { page: string; token: string; bot: string; title: string; locale: string; theme: string; onEvent: () => void; /** It knows who comes: what is said now arrives. */ onReady?: () => void; /** How it would look, before that is saved. */ look?: { config: Record<string, unknown>; name: string }; ref?: Ref<ChatHandle> };

const OPEN_MS = 800;
const LATE_MS = [600, 1500, 3000];

/** A new `key` makes it begin anew: what the browser kept of the chat before is forgotten first. */
export function ChatFrame({ page, token, bot, title, locale, theme, onEvent, onReady, look, ref }: Props): ReactNode {
  const frame = useRef<HTMLIFrameElement>(null);
  const greeted = useRef(false);
  const [ready, setReady] = useState(false);
  const heard = useEffectEvent((message: { gutenbot?: string; name?: string }) => {
    const tell = (what: unknown) => frame.current?.contentWindow?.postMessage(what, location.origin);
    if (message.gutenbot === "hello") {
      tell({ gutenbot: "init", locale, theme, userToken: token, page: location.origin });
      tell({ gutenbot: "open", quietly: true });
      greeted.current = true;
    } else if (message.gutenbot === "event" || message.gutenbot === "state") {
      onEvent();
      if (message.gutenbot === "state" && message.name !== undefined && message.name !== "") onReady?.();
    }
  });
  useEffect(() => {
    const listen = (event: MessageEvent<unknown>) => {
      if (event.source !== frame.current?.contentWindow || event.origin !== location.origin) return;
      if (typeof event.data === "object" && event.data !== null) heard(event.data);
    };
    addEventListener("message", listen);
    let left = false;
    void forget(bot).then(() => {
      if (!left) setReady(true);
    });
    return () => {
      left = true;
      removeEventListener("message", listen);
    };
  }, [bot]);
  const shape = look && JSON.stringify(look);
  useEffect(() => {
    if (shape === undefined || !ready) return;
    const tell = () => frame.current?.contentWindow?.postMessage({ gutenbot: "look", ...(JSON.parse(shape) as object) }, location.origin);
    tell();
    const timers = greeted.current ? [] : LATE_MS.map((ms) => setTimeout(tell, ms)); // its session may come after it
    return () => timers.forEach(clearTimeout);
  }, [shape, ready]);
  useImperativeHandle(ref, () => ({ say: (text) => frame.current?.contentWindow?.postMessage({ gutenbot: "send", text }, location.origin) }), []);
  if (!ready) return <div className="gb-play-chat" />;
  return <iframe ref={frame} className="gb-play-chat" title={title} src={`${page}#o=${encodeURIComponent(location.origin)}&m=inline`} />;
}

/** The chat paints what it knows from the last visit; here each session is another visitor. */
function forget(bot: string): Promise<void> {
  const name = `gutenbot/${location.origin}/playground/${bot}`;
  return new Promise((resolve) => {
    const late = setTimeout(resolve, OPEN_MS);
    const done = () => {
      clearTimeout(late);
      resolve();
    };
    try {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = request.onerror = done;
    } catch {
      done();
    }
  });
}
