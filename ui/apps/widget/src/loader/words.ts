/** The few words that the launcher itself needs. */

const WORDS: Record<string, readonly [open: string, close: string, dismiss: string]> = {
  en: ["Open chat", "Close chat", "Dismiss"],
  fr: ["Ouvrir le chat", "Fermer le chat", "Masquer"],
  de: ["Chat öffnen", "Chat schließen", "Ausblenden"],
  es: ["Abrir el chat", "Cerrar el chat", "Descartar"],
  ar: ["فتح الدردشة", "إغلاق الدردشة", "إخفاء"],
  fa: ["باز کردن گفتگو", "بستن گفتگو", "پنهان کردن"],
};

export function launcherWords(locale: string): readonly [string, string, string] {
  const tags = [locale, ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
  const found = tags.find((tag) => tag in WORDS) ?? "en";
  return WORDS[found] ?? ["Open chat", "Close chat", "Dismiss"];
}
