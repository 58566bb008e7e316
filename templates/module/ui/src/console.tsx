/** What the console loads: which component is which page of `pages.py`. */
import { defineModule } from "@gutenbot/console";
import { Cloud } from "./cloud";

export default defineModule({ name: "my-module", sdk: 1, pages: { cloud: Cloud } });
