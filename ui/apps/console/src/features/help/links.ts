/** Where links of the documentation lead: its pages name each other as files do. */
import type { Target } from "../../markdown/view";
import { outward } from "../../markdown/view";

/** The address of a page in the console, perhaps of a heading in it. */
export function helpAddress(name: string, anchor = ""): string {
  return `/help/${name}${anchor && `#${anchor}`}`;
}

/** How the links of one page lead on. What is no page here is left as words. */
export function leadFrom(page: string, pages: ReadonlySet<string>): (href: string) => Target {
  return (href) => {
    if (/^[a-z][a-z\d+.-]*:/i.test(href) || href.startsWith("//")) return outward(href);
    const [path = "", anchor = ""] = href.split("#", 2);
    if (path === "") return { to: `#${anchor}` };
    const name = new URL(path, `http://docs/${page}`).pathname.slice(1).replace(/\.md$/, "");
    return pages.has(name) ? { to: helpAddress(name, anchor) } : null;
  };
}

/** A text in pieces, where every second one begins with a word that was looked for. */
export function marked(text: string, q: string): string[] {
  const all = q.match(/[\p{L}\p{N}]+/gu) ?? [];
  const long = all.filter((word) => word.length > 2);
  const words = long.length > 0 ? long : all;
  if (words.length === 0) return [text];
  return text.split(new RegExp(`(?<![\\p{L}\\p{N}])((?:${words.join("|")})[\\p{L}\\p{N}]*)`, "giu"));
}
