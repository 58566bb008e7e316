/** The pages about content below its list, with the words that they need. */
import type { ComponentType } from "react";
import { withWords } from "../../i18n";

type Loaded = { default: ComponentType };

export const CONTENT_PAGES: readonly { path: string; load: () => Promise<Loaded> }[] = [
  { path: "items/:item", load: () => withWords("content", () => import("./editor/page")) },
  { path: "languages", load: () => withWords("content", () => import("./languages/page")) },
  { path: "releases", load: () => withWords("content", () => import("./releases/page")) },
  { path: "media", load: () => withWords("content", () => import("./media/page")) },
  { path: "sync", load: () => withWords("content", () => import("./sync/page")) },
];
