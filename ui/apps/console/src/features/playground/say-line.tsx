/** A line to say something with, for the hands on the keyboard: arrows bring back what was said. */
import { Button, TextField } from "@gutenbot/console";
import { SendHorizontal } from "lucide-react";
import { useRef, useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { remember, saidBefore } from "./history";

type Props = { bot: string; suggestions: readonly string[]; onSay: (text: string) => void };

export function SayLine({ bot, suggestions, onSay }: Props): ReactNode {
  const { t } = useTranslation("playground");
  const [text, setText] = useState("");
  const place = useRef(0);
  const say = (words: string) => {
    if (words.trim() === "") return;
    remember(bot, words);
    place.current = 0;
    setText("");
    onSay(words);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    const before = saidBefore(bot);
    const next = place.current + (event.key === "ArrowUp" ? 1 : -1);
    if (next < 0 || next > before.length) return;
    event.preventDefault();
    place.current = next;
    setText(next === 0 ? "" : (before[before.length - next] ?? ""));
  };
  return (
    <div className="gb-stack">
      {suggestions.length > 0 && (
        <ul className="gb-play-suggestions" aria-label={t("suggestions")}>
          {suggestions.map((one) => (
            <li key={one}>
              <Button small onClick={() => say(one)}>
                <bdi>{one}</bdi>
              </Button>
            </li>
          ))}
        </ul>
      )}
      <form
        className="gb-play-say"
        onSubmit={(event) => {
          event.preventDefault();
          say(text);
        }}
        onKeyDown={keys}
      >
        <TextField label={t("say")} help={t("sayHelp")} value={text} onChange={setText} autoComplete="off" dir="auto" />
        <Button type="submit" icon={SendHorizontal} disabled={text.trim() === ""}>
          {t("send")}
        </Button>
      </form>
    </div>
  );
}
