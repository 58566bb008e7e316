/** Every page of the console: where it is, what it is called, who may see it, and how it is loaded. */
import type { Group } from "@gutenbot/console";
import { Bell, Boxes, CircleHelp, FlaskConical, House, KeyRound, ListOrdered, MessageSquareText, RadioTower, ScrollText, Settings, Terminal, TriangleAlert, UserRound, Users, UsersRound } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { ComponentType } from "react";
import { withWords } from "../i18n";

export type PageId = "home" | "people" | "content" | "playground" | "failed" | "modules" | "channels" | "pipeline" | "team" | "audit" | "logs" | "keys" | "settings" | "notifications" | "account" | "help";
export type Loaded = { default: ComponentType };
export type PageEntry = {
  id: PageId;
  /** Below `/console`; `:bot` is the bot that is chosen. */
  path: string;
  /** In the navigation; null: reached from elsewhere. */
  group: Group | "top" | null;
  icon: LucideIcon;
  permission?: string;
  keys?: string;
  load: () => Promise<Loaded>;
};

export const PAGES: readonly PageEntry[] = [
  { id: "home", path: "/", group: "top", icon: House, keys: "g h", load: () => withWords("live", () => import("../features/home/page")) },
  { id: "people", path: "/bots/:bot/people", group: "engage", icon: UsersRound, permission: "users:read", keys: "g p", load: () => withWords("live", () => import("../features/people/list")) },
  { id: "content", path: "/bots/:bot/content", group: "build", icon: MessageSquareText, permission: "content:read", keys: "g c", load: () => withWords("live", () => withWords("content", () => import("../features/content/list/page"))) },
  { id: "playground", path: "/bots/:bot/playground", group: "build", icon: FlaskConical, permission: "playground:use", keys: "g y", load: () => withWords("playground", () => import("../features/playground/page")) },
  { id: "failed", path: "/bots/:bot/failed-events", group: "improve", icon: TriangleAlert, permission: "dead-letters:read", keys: "g e", load: () => withWords("live", () => import("../features/failed/page")) },
  { id: "modules", path: "/modules", group: "platform", icon: Boxes, permission: "modules:read", keys: "g m", load: () => withWords("modules", () => import("../features/modules/page")) },
  { id: "channels", path: "/channels", group: "platform", icon: RadioTower, permission: "channels:read", keys: "g n", load: () => withWords("channels", () => import("../features/channels/page")) },
  { id: "pipeline", path: "/pipeline", group: "platform", icon: ListOrdered, permission: "pipeline:read", load: () => withWords("pipeline", () => import("../features/pipeline/page")) },
  { id: "team", path: "/team", group: "platform", icon: Users, permission: "accounts:read", keys: "g w", load: () => import("../features/team/page") },
  { id: "audit", path: "/audit", group: "platform", icon: ScrollText, permission: "audit:read", keys: "g u", load: () => withWords("live", () => import("../features/audit/page")) },
  { id: "logs", path: "/logs", group: "platform", icon: Terminal, permission: "logs:read", keys: "g l", load: () => withWords("live", () => import("../features/logs/page")) },
  { id: "keys", path: "/keys", group: "platform", icon: KeyRound, permission: "keys:read", keys: "g k", load: () => import("../features/keys/page") },
  { id: "settings", path: "/settings", group: "platform", icon: Settings, permission: "settings:read", keys: "g s", load: () => withWords("modules", () => import("../features/settings/page")) },
  { id: "notifications", path: "/notifications", group: null, icon: Bell, keys: "g j", load: () => withWords("live", () => import("../features/notifications/page")) },
  { id: "account", path: "/account", group: null, icon: UserRound, load: () => import("../features/account/page") },
  { id: "help", path: "/help", group: null, icon: CircleHelp, load: () => withWords("help", () => import("../features/help/page")) },
];

export const GROUPS: readonly Group[] = ["engage", "build", "improve", "data", "platform"];

/** The address of a page; null for a page about a bot where there is none. */
export function addressOf(page: PageEntry, bot: string | null): string | null {
  if (!page.path.includes(":bot")) return page.path;
  return bot === null ? null : page.path.replace(":bot", encodeURIComponent(bot));
}
