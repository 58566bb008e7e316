/** Name and language. */
import { Problem } from "@gutenbot/api";
import { Button, Facts, Section, SelectField, TextField, useApi, useSession, useWrite } from "@gutenbot/console";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { SESSION } from "../../app/client";
import { languageFor, LANGUAGES, PSEUDO } from "../../i18n";
import { useRoleTitle } from "../../shell/use-role-title";

export function Profile(): ReactNode {
  const { t, i18n } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const session = useSession();
  const role = useRoleTitle(session.role);
  const [name, setName] = useState(session.account.name);
  const [locale, setLocale] = useState(session.account.locale || languageFor(i18n.language));
  const save = useWrite({
    run: (_: void, key) => api.patch("/api/v1/account", { body: { name: name.trim(), locale }, idempotencyKey: key }),
    changes: [SESSION],
    done: () => t("account.saved"),
    onDone: () => void queries.invalidateQueries({ queryKey: SESSION }),
  });
  const fields = save.error instanceof Problem ? save.error.fields : {};
  const known: { value: string; label: string }[] = LANGUAGES.map((one) => ({ value: one.id, label: one.name }));
  const options = session.environment === "dev" ? [...known, { value: PSEUDO, label: "[Pšéúdó]" }] : known;
  const changed = name.trim() !== session.account.name || locale !== session.account.locale;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Section title={t("account.profile")}>
      <form className="gb-stack" onSubmit={submit}>
        <TextField label={t("field.name")} required autoComplete="name" dir="auto" error={fields.name} value={name} onChange={setName} />
        <SelectField label={t("account.language")} value={options.some((one) => one.value === locale) ? locale : "en"} onChange={setLocale} options={options} error={fields.locale} />
        <Facts
          of={[
            [t("field.email"), <span key="email" dir="ltr">{session.account.email || "–"}</span>],
            [t("team.role"), role],
          ]}
        />
        <div className="gb-actions">
          <Button type="submit" intent="primary" disabled={!changed || name.trim() === ""} busy={save.isPending}>
            {t("account.save")}
          </Button>
        </div>
      </form>
    </Section>
  );
}
