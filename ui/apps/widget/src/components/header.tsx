/** Who answers, how things are, and the menu. */

import type { JSX } from "preact";
import { operatorName } from "../protocol/messages";
import type { ChatState } from "../store/state";
import type { Words } from "../locales/index";
import { Avatar } from "./avatar";
import { useChatState, usePanel } from "./context";
import { Icon } from "./icons";
import { Menu } from "./menu";
import type { View } from "./view";

export function Header({ titleId, view, setView }: { titleId: string; view: View; setView: (view: View) => void }): JSX.Element {
  const { words, mode, close } = usePanel();
  const state = useChatState();
  const operator = answeringOperator(state);
  return (
    <div class="header" part="header">
      {view === "list" ? (
        <button type="button" class="tool" aria-label={words.t("back")} onClick={() => setView("thread")}><Icon name="back" flip /></button>
      ) : (
        <Avatar name={operator || state.bot.name} person={operator !== ""} />
      )}
      <div class="who">
        <h1 id={titleId}><bdi>{view === "list" ? words.t("list.title") : state.bot.name || words.t("chat")}</bdi></h1>
        {view === "thread" && <p>{stateText(state, operator, words)}</p>}
      </div>
      <Menu setView={setView} />
      {mode === "frame" && <button type="button" class="tool" part="close" aria-label={words.t("close")} title={words.t("close")} onClick={close}><Icon name="close" /></button>}
    </div>
  );
}

function answeringOperator({ entries, revealed }: ChatState): string {
  const last = entries.findLast((entry) => entry.dir === "out" && entry.n <= revealed);
  return operatorName(last?.author ?? "");
}

function stateText(state: ChatState, operator: string, words: Words): string {
  if (state.disconnected) return words.t("state.connecting");
  if (state.phase === "loading") return words.t("loading");
  if (state.botTyping) return words.t("state.typing");
  return operator === "" ? words.t("state.bot") : words.t("state.human", { name: operator });
}
