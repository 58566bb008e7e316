/** How one signs in: password, second factor, passkeys. */
import { Problem } from "@gutenbot/api";
import { Button, ErrorCard, PasswordField, Section, useApi, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Passkeys } from "./passkeys";
import { TwoFactor } from "./two-factor";

export function Security(): ReactNode {
  return (
    <>
      <PasswordPart />
      <TwoFactor />
      <Passkeys />
    </>
  );
}

function PasswordPart(): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const save = useWrite({
    quiet: true,
    run: () => api.put("/api/v1/account/password", { body: { current, new: fresh } }),
    done: () => t("account.passwordSaved"),
    onDone: () => {
      setCurrent("");
      setFresh("");
    },
  });
  const fields = save.error instanceof Problem ? save.error.fields : {};
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Section title={t("field.password")} about={t("account.passwordAbout")}>
      <form className="gb-stack" onSubmit={submit}>
        <PasswordField label={t("account.currentPassword")} autoComplete="current-password" required showLabel={t("field.show")} error={fields.current} value={current} onChange={setCurrent} />
        <PasswordField label={t("field.newPassword")} help={t("field.passwordHelp", { least: 12 })} autoComplete="new-password" required showLabel={t("field.show")} error={fields.new} value={fresh} onChange={setFresh} />
        {save.error && Object.keys(fields).length === 0 && <ErrorCard error={save.error} />}
        <div className="gb-actions">
          <Button type="submit" intent="primary" busy={save.isPending} disabled={current === "" || fresh === ""}>
            {t("account.changePassword")}
          </Button>
        </div>
      </form>
    </Section>
  );
}
