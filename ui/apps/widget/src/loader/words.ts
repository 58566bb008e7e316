/** The one word that the launcher itself needs; whether the chat is open is said by `aria-expanded`. */

const WORDS: Record<string, string> = { ar: "دردشة", fa: "گفتگو" };

export function launcherWord(locale: string): string {
  return WORDS[(locale || navigator.language).slice(0, 2)] ?? "Chat";
}
