/** The YAML view, which is loaded when somebody opens it. */
import { Skeleton } from "@gutenbot/console";
import { lazy, Suspense, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { LocaleText, Problem } from "../types";
import { startOf } from "./use-draft";
import type { Draft } from "./use-draft";

const YamlView = lazy(() => import("./yaml"));

export function YamlPane({ draft, text, problems, locked }: { draft: Draft; text: LocaleText | undefined; problems: readonly Problem[]; locked: boolean }): ReactNode {
  const { t } = useTranslation("content");
  const [start] = useState(() => ("yaml" in draft.written ? draft.written.yaml : startOf(text).yaml));
  return (
    <Suspense fallback={<Skeleton lines={8} />}>
      <p className="gb-faint">{t("editor.yamlHelp")}</p>
      <YamlView text={start} label={t("editor.yaml")} problems={problems} locked={locked} onChange={(yaml) => draft.change({ yaml })} />
    </Suspense>
  );
}
