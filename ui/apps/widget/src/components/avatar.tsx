/** The picture of the bot, or the first letter of a name. It says nothing that the name beside it does not. */

import type { JSX } from "preact";
import { safeMedia } from "../render/urls";
import { usePanel } from "./context";

export function Avatar({ name, person = false }: { name: string; person?: boolean }): JSX.Element {
  const { base, bot } = usePanel();
  const picture = person || bot.avatar === "" ? null : safeMedia(bot.avatar, base);
  const letter = Array.from(name.trim())[0]?.toLocaleUpperCase() ?? "?";
  return (
    <span class={person ? "avatar person" : "avatar"} part="avatar" aria-hidden="true">
      {picture === null ? letter : <img src={picture} alt="" />}
    </span>
  );
}
