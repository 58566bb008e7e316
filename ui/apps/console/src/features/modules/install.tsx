/** Installs a module from a file: what it is and needs comes first, then its steps, then how it went. */
import type { InstalledModule, ModulePackage } from "@gutenbot/api";
import { problemOf } from "@gutenbot/api";
import { Banner, Button, CodeView, Dialog, ErrorCard, Facts, LinkButton, useApi, useConsole, useWrite } from "@gutenbot/console";
import { useRef, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { EVERYTHING } from "./api";

export function InstallDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation("modules");
  const api = useApi();
  const [waiting, setWaiting] = useState<ModulePackage | null>(null);
  const install = useWrite<InstalledModule>({
    quiet: true,
    run: (_, idempotencyKey) => api.post("/api/v1/packages/{package}/install", { path: { package: waiting?.id ?? "" }, idempotencyKey }),
    changes: [EVERYTHING],
  });
  const close = () => {
    if (waiting && !install.data) void api.delete("/api/v1/packages/{package}", { path: { package: waiting.id } }).catch(() => undefined);
    onClose();
  };
  const actions = install.data ? (
    <>
      <Button onClick={close}>{t("install.close")}</Button>
      {install.data.ok && (
        <LinkButton to={`/modules/${encodeURIComponent(install.data.module)}`} intent="primary">
          {t("install.open")}
        </LinkButton>
      )}
    </>
  ) : (
    <>
      <Button onClick={close}>{t("install.cancel")}</Button>
      {waiting && (
        <Button intent="primary" busy={install.isPending} disabled={waiting.obstacles.length > 0} onClick={() => install.mutate()}>
          {t("install.install")}
        </Button>
      )}
    </>
  );
  return (
    <Dialog open wide title={t("install.title")} onClose={close} actions={actions}>
      <div className="gb-stack">
        {install.data ? <Went outcome={install.data} /> : waiting ? <Sheet of={waiting} /> : <Pick onPicked={setWaiting} />}
        {install.error && <ErrorCard error={install.error} />}
      </div>
    </Dialog>
  );
}

function Pick({ onPicked }: { onPicked: (found: ModulePackage) => void }): ReactNode {
  const { t } = useTranslation("modules");
  const { session } = useConsole();
  const input = useRef<HTMLInputElement>(null);
  const upload = useWrite({ quiet: true, run: (file: File, key) => sent(file, session?.csrf ?? "", key), onDone: onPicked });
  return (
    <>
      <p>{t("install.pick")}</p>
      <input
        ref={input}
        type="file"
        hidden
        accept=".whl,.zip"
        aria-label={t("install.file")}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) upload.mutate(file);
          event.currentTarget.value = "";
        }}
      />
      <span>
        <Button busy={upload.isPending} onClick={() => input.current?.click()}>
          {t("install.choose")}
        </Button>
      </span>
      {upload.error && <ErrorCard error={upload.error} />}
    </>
  );
}

/** The file itself is the body: nothing is gained by packing it again. */
async function sent(file: File, csrf: string, key: string): Promise<ModulePackage> {
  const answer = await fetch(`/api/v1/packages?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    body: file,
    credentials: "same-origin",
    headers: { "Content-Type": "application/octet-stream", "X-CSRF-Token": csrf, "Idempotency-Key": key },
  });
  if (!answer.ok) throw await problemOf(answer);
  return (await answer.json()) as ModulePackage;
}

function Sheet({ of }: { of: ModulePackage }): ReactNode {
  const { t } = useTranslation("modules");
  const facts: (readonly [string, ReactNode])[] = [
    [t("detail.distribution"), of.distribution],
    [t("detail.version"), of.installed ? `${of.installed} → ${of.version}` : of.version],
    [t("detail.publisher"), of.publisher],
    [t("detail.licence"), of.licence],
    [t("detail.requires"), of.requires.join(", ")],
    [t("install.along"), of.along.join(", ")],
    [t("install.hash"), <code key="hash" className="gb-wrap" dir="ltr">{of.sha256}</code>],
  ];
  return (
    <>
      <h3 dir="auto">{of.module}</h3>
      {of.summary && <p dir="auto">{of.summary}</p>}
      {of.obstacles.map((one) => (
        <Banner key={one} tone="bad">
          {one}
        </Banner>
      ))}
      {of.obstacles.length === 0 && <Banner tone="good">{t("install.fits")}</Banner>}
      <Banner tone="warn">{t("detail.trust")}</Banner>
      <Facts of={facts.filter(([, value]) => Boolean(value))} />
      {of.installed && of.news && (
        <details open>
          <summary>{t("install.news", { version: of.installed })}</summary>
          <pre className="gb-words">{of.news}</pre>
        </details>
      )}
      {of.readme.trim() && (
        <details>
          <summary>{t("detail.readme")}</summary>
          <pre className="gb-words">{of.readme.trim()}</pre>
        </details>
      )}
    </>
  );
}

function Went({ outcome }: { outcome: InstalledModule }): ReactNode {
  const { t } = useTranslation("modules");
  return (
    <>
      {outcome.ok ? (
        <Banner tone="good" live title={t(outcome.pending ? "install.pending" : "install.done", { name: outcome.module, version: outcome.version })} />
      ) : (
        <Banner tone="bad" live title={t("install.failed", { name: outcome.module })}>
          <span dir="auto">{outcome.reason}</span>
          <p>{t("install.rolledBack")}</p>
        </Banner>
      )}
      {outcome.traceback && (
        <details>
          <summary>{t("traceback")}</summary>
          <CodeView text={outcome.traceback} label={t("tracebackOf", { name: outcome.module })} />
        </details>
      )}
      <CodeView text={outcome.log.join("\n")} label={t("install.log")} />
    </>
  );
}
