/** Which page of the documentation tells about which page of the console. */
import { matchPath } from "react-router";

const ABOUT: readonly (readonly [path: string, page: string])[] = [
  ["/bots/:bot/people", "how-to/use-the-console#find-things"],
  ["/bots/:bot/content/languages", "how-to/translate-content"],
  ["/bots/:bot/content/media", "how-to/keep-pictures"],
  ["/bots/:bot/content/sync", "how-to/edit-content-live#bring-it-back-into-the-repository"],
  ["/bots/:bot/content", "how-to/edit-content-live"],
  ["/bots/:bot/playground", "how-to/try-a-bot"],
  ["/bots/:bot/failed-events", "how-to/handle-dead-letters"],
  ["/bots/:bot/m/notes", "how-to/keep-notes"],
  ["/bots/:bot/m/subscriptions", "how-to/let-people-subscribe"],
  ["/modules/:module/settings", "how-to/manage-modules#settings"],
  ["/modules", "how-to/manage-modules"],
  ["/channels", "how-to/embed-the-web-chat"],
  ["/pipeline", "how-to/order-the-pipeline"],
  ["/team/roles", "how-to/people-and-roles#roles"],
  ["/team/invites", "how-to/people-and-roles#invite-somebody"],
  ["/team", "how-to/people-and-roles"],
  ["/audit", "how-to/people-and-roles#who-did-what"],
  ["/keys", "how-to/run-in-production#keys"],
  ["/settings", "how-to/set-things-up"],
  ["/account/security", "how-to/people-and-roles#second-factors"],
  ["/account/preferences", "how-to/use-the-console#change-the-look"],
  ["/notifications", "how-to/use-the-console#what-needs-you"],
];

/** The address of the page that tells about this one; null where there is none. */
export function aboutPage(pathname: string): string | null {
  if (pathname === "/") return "/help/how-to/use-the-console#what-needs-you";
  const found = ABOUT.find(([path]) => matchPath({ path, end: false }, pathname));
  return found === undefined ? null : `/help/${found[1]}`;
}

/** All of them, for the test that they are there. */
export const ABOUT_PAGES: readonly string[] = ABOUT.map(([, page]) => page);
