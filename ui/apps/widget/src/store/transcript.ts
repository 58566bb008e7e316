/** The conversation as a text file. */

import type { Words } from "../locales/index";
import { operatorName } from "../protocol/messages";
import type { Entry } from "../protocol/messages";
import { isVisible } from "../render/message";
import { entryText } from "../render/text";

export function transcript(entries: readonly Entry[], botName: string, words: Words): string {
  const format = new Intl.DateTimeFormat(words.tag, { dateStyle: "short", timeStyle: "short" });
  const lines = entries
    .filter((entry) => entry.dir === "in" || isVisible(entry.body))
    .map((entry) => {
      const author = entry.dir === "in" ? words.t("you") : operatorName(entry.author) || botName;
      return `[${format.format(entry.at)}] ${author}: ${entryText(entry, words)}`;
    });
  return [words.t("transcript.title", { name: botName }), "", ...lines, ""].join("\n");
}

export function saveTranscript(entries: readonly Entry[], botName: string, words: Words): void {
  const url = URL.createObjectURL(new Blob([transcript(entries, botName, words)], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `chat-${new Date().toISOString().slice(0, 10)}.txt`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
