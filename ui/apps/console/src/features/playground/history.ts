/** What was said before in the playground of a bot, for the arrow keys. Kept in this browser. */
const MOST = 50;
const keyOf = (bot: string) => `gutenbot.said.${bot}`;

export function saidBefore(bot: string): string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(keyOf(bot)) ?? "[]");
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === "string").slice(-MOST) : [];
  } catch {
    return [];
  }
}

export function remember(bot: string, text: string): void {
  try {
    const others = saidBefore(bot).filter((one) => one !== text);
    localStorage.setItem(keyOf(bot), JSON.stringify([...others, text].slice(-MOST)));
  } catch {
    // A browser that keeps nothing has no history.
  }
}
