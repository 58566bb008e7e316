import type kit from "../../../../packages/sdk/src/locales/en.json";
import type pipeline from "../features/pipeline/words/en.json";
import type console from "../locales/en.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "console";
    resources: { console: typeof console; kit: typeof kit; pipeline: typeof pipeline };
  }
}
