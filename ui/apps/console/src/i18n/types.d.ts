import type modules from "../features/modules/words/en.json";
import type live from "../features/live/words/en.json";
import type kit from "../../../../packages/sdk/src/locales/en.json";
import type channels from "../features/channels/words/en.json";
import type content from "../features/content/words/en.json";
import type help from "../features/help/words/en.json";
import type pipeline from "../features/pipeline/words/en.json";
import type playground from "../features/playground/words/en.json";
import type console from "../locales/en.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "console";
    resources: { channels: typeof channels; console: typeof console; content: typeof content; help: typeof help; kit: typeof kit; live: typeof live; modules: typeof modules; pipeline: typeof pipeline; playground: typeof playground };
  }
}
