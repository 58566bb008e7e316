/** The uploads of this tab. The code that carries them is loaded with the first file. */

import { useMemo } from "preact/hooks";
import type { Chat } from "../store/chat";
import { usePanel } from "./context";

type Carrier = import("../transport/upload").Carrier;

const carriers = new WeakMap<Chat, Promise<Carrier>>();

function carrierOf(chat: Chat): Promise<Carrier> {
  const known = carriers.get(chat);
  if (known !== undefined) return known;
  const made = import("../transport/upload").then(({ Carrier }) => new Carrier(chat));
  carriers.set(chat, made);
  return made;
}

export function useUploads(): { send: (file: File) => void; cancel: (id: string) => void; retry: (id: string) => void } {
  const { chat } = usePanel();
  return useMemo(
    () => ({
      send: (file) => void carrierOf(chat).then((carrier) => carrier.send(file)),
      cancel: (id) => void carrierOf(chat).then((carrier) => carrier.cancel(id)),
      retry: (id) => void carrierOf(chat).then((carrier) => carrier.retry(id)),
    }),
    [chat],
  );
}
