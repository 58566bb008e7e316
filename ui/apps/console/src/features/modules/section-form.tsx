/** The settings of one section as a form: tried, changed, and told where each value comes from. */
import type { SettingsSection } from "@gutenbot/api";
import { Problem } from "@gutenbot/api";
import { Banner, Button, ErrorCard, Link, SchemaForm, Skeleton, useApi, useQuery, useSearchParams, useWrite } from "@gutenbot/console";
import type { JsonSchema, ValueSource } from "@gutenbot/console";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useModuleFieldWords, worded } from "../settings/words";
import type { WordsOfField } from "../settings/words";
import { MODULES } from "./api";

export const SETTINGS = ["settings"] as const;
type Changes = Readonly<Record<string, unknown>>;

/** Where a section is kept, and how it is changed. */
export type SectionSource = {
  key: readonly unknown[];
  read: (signal: AbortSignal) => Promise<SettingsSection>;
  write: (values: Changes, revision: number, key: string) => Promise<SettingsSection>;
  /** What its settings are called in the person's language. */
  words: WordsOfField;
  test?: (values: Changes, key: string) => Promise<{ ok: boolean; said: string; took_ms: number }>;
};

export function SectionForm({ source, mayWrite }: { source: SectionSource; mayWrite: boolean }): ReactNode {
  const section = useQuery({ queryKey: source.key, queryFn: ({ signal }) => source.read(signal) });
  if (section.error) return <ErrorCard error={section.error} onRetry={() => void section.refetch()} />;
  if (!section.data) return <Skeleton lines={8} />;
  return <Loaded key={section.data.revision} section={section.data} source={source} mayWrite={mayWrite} reload={() => void section.refetch()} />;
}

function Loaded({ section, source, mayWrite, reload }: { section: SettingsSection; source: SectionSource; mayWrite: boolean; reload: () => void }): ReactNode {
  const { t } = useTranslation("modules");
  const save = useWrite({
    quiet: true,
    run: (values: Changes, key) => source.write(values, section.revision, key),
    changes: [source.key, MODULES],
    done: () => t("settings.saved"),
  });
  const problem = save.error instanceof Problem ? save.error : null;
  const values = Object.fromEntries(Object.entries(section.settings).map(([name, one]) => [name, one.value]));
  return (
    <>
      {section.left_out.length > 0 && (
        <Banner tone="warn" title={t("settings.leftOut")}>
          <ul className="gb-plain">
            {section.left_out.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </Banner>
      )}
      <SchemaForm
        schema={worded(arranged(section, t("settings.atStart")), source.words)}
        values={values}
        sources={sourcesOf(section, t("settings.start"))}
        errors={problem?.fields ?? {}}
        busy={save.isPending}
        disabled={!mayWrite}
        resettable
        extra={(changes) => section.testable && source.test && mayWrite && <TestButton changes={changes} test={source.test} />}
        onSave={(changes) => save.mutate(changes)}
      />
      {problem?.code === "settings.changed" ? (
        <Banner tone="warn" live actions={<Button small onClick={reload}>{t("settings.reload")}</Button>}>
          {t("settings.conflict")}
        </Banner>
      ) : (
        save.error && <ErrorCard error={save.error} />
      )}
    </>
  );
}

/** What can be changed here comes first; what the server needs at its start stands by itself. */
function arranged(section: SettingsSection, heading: string): JsonSchema {
  const form: JsonSchema = section.form;
  if (section.kind !== "server") return form;
  const fixed = (name: string) => section.settings[name]?.locked !== "" && section.settings[name]?.source === "default";
  const lines = Object.entries(form.properties ?? {});
  const later = lines.filter(([name]) => fixed(name)).map(([name, one]): [string, JsonSchema] => [name, { ...one, "x-section": heading }]);
  return { ...form, properties: Object.fromEntries([...lines.filter(([name]) => !fixed(name)), ...later]) };
}

function sourcesOf(section: SettingsSection, start: string): Record<string, ValueSource> {
  return Object.fromEntries(
    Object.entries(section.settings).map(([name, one]): [string, ValueSource] => {
      if (one.source === "env") return [name, { place: "environment", name: one.where }];
      if (one.source === "file") return [name, { place: "file", name: one.where }];
      if (one.locked) return [name, { place: "file", name: start }];
      return [name, { place: one.source === "console" ? "console" : "default" }];
    }),
  );
}

function TestButton({ changes, test }: { changes: Changes; test: NonNullable<SectionSource["test"]> }): ReactNode {
  const { t } = useTranslation("modules");
  const tried = useWrite({ quiet: true, run: (values: Changes, key) => test(values, key) });
  return (
    <div className="gb-stack">
      {tried.data && (
        <Banner tone={tried.data.ok ? "good" : "bad"} live title={tried.data.ok ? t("settings.testOk", { ms: tried.data.took_ms }) : t("settings.testFailed")}>
          {tried.data.said}
        </Banner>
      )}
      {tried.error && <ErrorCard error={tried.error} />}
      <span>
        <Button busy={tried.isPending} onClick={() => tried.mutate(changes)}>
          {t("settings.test")}
        </Button>
      </span>
    </div>
  );
}

/** The settings of a module, for all bots or for one. */
export function ModuleSettings({ module, bots, mayWrite }: { module: string; bots: readonly string[]; mayWrite: boolean }): ReactNode {
  const { t } = useTranslation("modules");
  const api = useApi();
  const [search] = useSearchParams();
  const [known, setKnown] = useState(bots);
  const bot = search.get("bot") ?? "";
  const query = bot ? { bot } : {};
  const words = useModuleFieldWords(module);
  const source: SectionSource = {
    key: [...SETTINGS, module, bot],
    words,
    read: async (signal) => {
      const found = await api.get("/api/v1/modules/{module}/settings", { path: { module }, query, signal });
      setKnown(found.bots);
      return found;
    },
    write: (values, revision, idempotencyKey) => api.put("/api/v1/modules/{module}/settings", { path: { module }, query, body: { values: values, revision }, idempotencyKey }),
    test: (values, idempotencyKey) => api.post("/api/v1/modules/{module}/settings/test", { path: { module }, query, body: { values: values }, idempotencyKey }),
  };
  return (
    <div className="gb-stack">
      {known.length > 0 && (
        <nav className="gb-tabs" aria-label={t("detail.forBot")}>
          <Link to="?" aria-current={bot === "" ? "page" : undefined}>
            {t("detail.allBots")}
          </Link>
          {known.map((one) => (
            <Link key={one} to={`?bot=${encodeURIComponent(one)}`} aria-current={bot === one ? "page" : undefined}>
              {one}
            </Link>
          ))}
        </nav>
      )}
      <SectionForm key={bot} source={source} mayWrite={mayWrite} />
    </div>
  );
}
