/** The bot, or a person, is preparing an answer. */

import type { JSX } from "preact";
import { operatorName } from "../protocol/messages";
import { Avatar } from "./avatar";
import { useChatState } from "./context";

export function TypingDots(): JSX.Element {
  const { bot, entries } = useChatState();
  const last = entries.findLast((entry) => entry.dir === "out");
  const operator = operatorName(last?.author ?? "");
  return (
    <div class="line out first" aria-hidden="true">
      <Avatar name={operator || bot.name} person={operator !== ""} />
      <div class="bubble out dots" part="typing"><i /><i /><i /></div>
    </div>
  );
}
