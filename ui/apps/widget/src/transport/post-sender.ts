/** Sends client frames as HTTP calls, for the lines that only listen, and answers as the socket would. */

import type { ClientFrame, ServerFrame } from "../protocol/frames";
import type { Api } from "./http";
import { Refused } from "./http";

export function postFrame(api: Api, frame: ClientFrame, answer: (frame: ServerFrame) => void, lost: (error: Refused) => void): void {
  void post(api, frame).then(
    (reply) => reply && answer(reply),
    (error: unknown) => {
      const refused = error instanceof Refused ? error : new Refused(0, "unreachable", "", 0);
      if (refused.status === 0 || refused.status === 401) lost(refused);
      else if (frame.t === "send") answer(refusedFrame(frame.id, refused));
    },
  );
}

async function post(api: Api, frame: ClientFrame): Promise<ServerFrame | null> {
  if (frame.t === "send") {
    const { n, duplicate } = await api.send(frame.conversation, frame.id, frame.event);
    return { t: "ack", id: frame.id, n, duplicate };
  }
  if (frame.t === "read") await api.read(frame.conversation, frame.n);
  if (frame.t === "typing") await api.typing(frame.conversation);
  return null;
}

function refusedFrame(id: string, refused: Refused): ServerFrame {
  const retryAfterS = refused.retryAfterS || (refused.temporary ? 3 : 0);
  return { t: "error", id, code: refused.code, detail: refused.detail, retryAfterS };
}
