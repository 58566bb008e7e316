/** Where pages of modules stand in the navigation and in the palette. */
import { may, useBotOrNone, useSession } from "@gutenbot/console";
import type { Group } from "@gutenbot/console";
import {
  Bell, BookOpen, Boxes, Calendar, ChartColumn, CircleHelp, Database, FileText, Flag, Gift, Globe, Heart, Image, List, Mail, Map, MessageSquare, Package, Puzzle, ScrollText, Search, Settings,
  ShoppingCart, Sprout, Star, StickyNote, Table, Tag, Target, UserRound, UsersRound, Zap,
} from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useModulePages } from "./api";
import type { PageShape } from "./api";
import { titleIn, useWordsOfModules } from "./words";

const ICONS: Readonly<Record<string, LucideIcon>> = {
  bell: Bell, "book-open": BookOpen, boxes: Boxes, calendar: Calendar, chart: ChartColumn, help: CircleHelp, database: Database, file: FileText, flag: Flag, gift: Gift, globe: Globe, heart: Heart,
  image: Image, list: List, mail: Mail, map: Map, message: MessageSquare, package: Package, scroll: ScrollText, search: Search, settings: Settings, cart: ShoppingCart, sprout: Sprout, star: Star,
  "sticky-note": StickyNote, table: Table, tag: Tag, target: Target, user: UserRound, users: UsersRound, zap: Zap,
};

export type ModuleLink = { id: string; label: string; to: string; group: Group; icon: LucideIcon; page: PageShape };

/** The pages that the person may see and that stand in the navigation. */
export function useModuleLinks(): ModuleLink[] {
  const modules = useModulePages();
  const session = useSession();
  const bot = useBotOrNone();
  const all = modules.data?.items ?? [];
  const language = useTranslation().i18n.language;
  const words = useWordsOfModules(all.filter((module) => module.pages.some((page) => titleIn(page, language) === null)));
  const found: ModuleLink[] = [];
  for (const module of all) {
    for (const page of module.pages) {
      if (page.group === null || page.place !== null || !may(session, page.permission) || (page.of_bot && bot === null)) continue;
      const label = titleIn(page, language) ?? words(module, page.title);
      if (label === null) continue;
      const base = page.of_bot && bot ? `/bots/${encodeURIComponent(bot.id)}` : "";
      found.push({ id: `${module.name}.${page.name}`, label, page, to: `${base}/m/${module.name}/${page.path}`, group: page.group as Group, icon: ICONS[page.icon] ?? Puzzle });
    }
  }
  return found;
}
