/** The addresses of the console. Each page is loaded when it is opened and fails alone. */
import { createBrowserRouter } from "react-router";
import type { RouteObject } from "react-router";
import { withWords } from "../i18n";
import { Shell } from "../shell/shell";
import { NotFound, PageFailed, PageLoading } from "../shell/page-states";
import { CONTENT_PAGES } from "../features/content/pages";
import { Guarded } from "./guarded";
import { PAGES } from "./pages";
import type { Loaded } from "./pages";

function page(path: string, load: () => Promise<Loaded>, children: RouteObject[] = []): RouteObject {
  return { path, lazy: async () => ({ Component: (await load()).default }), ErrorBoundary: PageFailed, HydrateFallback: PageLoading, children };
}

const MODULE_PAGE = () => import("../features/module-pages/page");
const TABBED: ReadonlySet<string> = new Set(["/account", "/team", "/settings"]);
const MODULE = () => withWords("modules", () => import("../features/modules/detail"));
const CHANNEL = () => withWords("channels", () => import("../features/channels/channel"));
const HELP_PAGE = () => withWords("help", () => import("../features/help/read"));
const PERSON = () => import("../features/people/person");
const CONVERSATION = () => import("../features/people/conversation");

/** The routes; the tests make a router of their own from them. */
export function routes(): RouteObject[] {
  return [
    {
      HydrateFallback: PageLoading,
      ErrorBoundary: PageFailed,
      children: [
        page("/setup", () => import("../features/sign-in/setup")),
        page("/sign-in", () => import("../features/sign-in/page")),
        page("/invite", () => import("../features/sign-in/invite")),
        page("/reset", () => import("../features/sign-in/reset")),
        {
          element: (
            <Guarded>
              <Shell />
            </Guarded>
          ),
          children: [
            ...PAGES.map(({ path, load }) => page(TABBED.has(path) ? `${path}/:tab?` : path, load)),
            page("/m/:module/*", MODULE_PAGE),
            page("/bots/:bot/m/:module/*", MODULE_PAGE),
            page("/modules/:module/:tab?", MODULE),
            page("/channels/:channel", CHANNEL),
            page("/help/*", HELP_PAGE),
            page("/bots/:bot/people/:user", PERSON),
            ...CONTENT_PAGES.map(({ path, load }) => page(`/bots/:bot/content/${path}`, load)),
            page("/bots/:bot/conversations/:conversation", CONVERSATION),
            ...(__GALLERY__ ? [page("/gallery", () => import("../features/gallery/page"))] : []),
            { path: "*", Component: NotFound },
          ],
        },
      ],
    },
  ];
}

/** The router of the browser. */
export function makeRouter(): ReturnType<typeof createBrowserRouter> {
  return createBrowserRouter(routes(), { basename: "/console" });
}
