/** Which addresses from a bot may become links or media: an allow-list of schemes, everything else is words. */

const LINKS = new Set(["http:", "https:", "mailto:", "tel:"]);
const MEDIA = new Set(["http:", "https:"]);

/** The address as a link may use it, or null. */
export function safeLink(url: string, base: string): string | null {
  return checked(url, base, LINKS);
}

/** The address as a picture, sound, film or download may use it, or null. */
export function safeMedia(url: string, base: string): string | null {
  return checked(url, base, MEDIA);
}

export function telephone(number: string): string {
  return `tel:${number.replaceAll(/[^\d+*#]/g, "")}`;
}

function checked(url: string, base: string, schemes: ReadonlySet<string>): string | null {
  try {
    const parsed = new URL(url, base);
    return schemes.has(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}
