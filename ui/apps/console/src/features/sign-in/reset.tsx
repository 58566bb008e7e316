/** A new password, by the link that an admin gave. */
import { Problem } from "@gutenbot/api";
import { Banner, Button, ErrorCard, LinkButton, PasswordField, useApi, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { SubmitEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Alone, tokenOfLink } from "./frame";

export default function ResetPage(): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const [token] = useState(tokenOfLink);
  const [password, setPassword] = useState("");
  const save = useWrite({ quiet: true, run: () => api.post("/api/v1/password-reset/{token}", { path: { token }, body: { password } }) });
  const wrong = save.error instanceof Problem ? save.error.fields.password : undefined;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate();
  };
  if (save.isSuccess) {
    return (
      <Alone title={t("reset.title")}>
        <Banner tone="good">{t("reset.done")}</Banner>
        <LinkButton to="/sign-in" intent="primary">
          {t("signIn.title")}
        </LinkButton>
      </Alone>
    );
  }
  return (
    <Alone title={t("reset.title")}>
      {token === "" && <Banner tone="bad">{t("reset.noToken")}</Banner>}
      <form className="gb-stack" onSubmit={submit}>
        <PasswordField label={t("field.newPassword")} help={t("field.passwordHelp", { least: 12 })} name="password" autoComplete="new-password" required error={wrong} showLabel={t("field.show")} value={password} onChange={setPassword} />
        {save.error && wrong === undefined && <ErrorCard error={save.error} />}
        <Button type="submit" intent="primary" wide busy={save.isPending} disabled={token === ""}>
          {t("reset.submit")}
        </Button>
      </form>
    </Alone>
  );
}
