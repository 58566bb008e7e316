import type kit from "./locales/en.json";

/** Words of the kit by id; the console adds its own. */
declare module "i18next" {
  interface CustomTypeOptions {
    resources: { kit: typeof kit };
  }
}
