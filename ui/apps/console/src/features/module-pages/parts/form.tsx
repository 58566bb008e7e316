/** A form of a module: the body of one of its routes. */
import { Problem } from "@gutenbot/api";
import { BodyForm, Card, ErrorCard, Section, Skeleton, useApi, useModule, usePermission, useWrite } from "@gutenbot/console";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { call, filled } from "../api";
import type { PartShape, RouteShape, Row } from "../api";
import { isRow, keyOf, useAnswer } from "./data";

export function FormPart({ part }: { part: PartShape }): ReactNode {
  const { words } = useModule();
  const may = usePermission(part.source?.permission ?? "");
  const now = useAnswer(may ? part.values : null);
  if (part.source === null || !may) return null;
  if (part.values !== null && now.error) return <ErrorCard error={now.error} onRetry={() => void now.refetch()} />;
  if (part.values !== null && now.isPending) return <Skeleton />;
  const form = <RouteForm route={part.source} values={isRow(now.data) ? now.data : {}} {...(part.submit && { submit: words(part.submit) })} {...(part.done && { done: words(part.done) })} />;
  if (!part.title) return <Card>{form}</Card>;
  return (
    <Section title={words(part.title)} about={part.about ? words(part.about) : undefined}>
      <Card>{form}</Card>
    </Section>
  );
}

type RouteFormProps = { route: RouteShape; values: Row; row?: Row; submit?: string; done?: string; onDone?: () => void };

/** Sends a body to a route; afterwards it is empty again, or shows what is there now. */
export function RouteForm({ route, values, row = {}, submit, done, onDone }: RouteFormProps): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const module = useModule();
  const [round, setRound] = useState(0);
  const write = useWrite<unknown, Row>({
    run: (body, idempotencyKey) => {
      const path = filled(route.path, row, module.values);
      if (path === null) throw new Error(t("modulePages.valueMissing"));
      return call(api, route.method, route.path, { path, body, idempotencyKey });
    },
    changes: [keyOf(module.name)],
    done: () => done ?? t("modulePages.done"),
    onDone: () => {
      setRound((before) => before + 1);
      onDone?.();
    },
    quiet: true,
  });
  const fields = write.error instanceof Problem ? write.error.fields : {};
  return (
    <div className="gb-stack">
      {write.error && Object.keys(fields).length === 0 && <ErrorCard error={write.error} />}
      <BodyForm
        key={round}
        schema={route.form ?? {}}
        values={values}
        errors={fields}
        busy={write.isPending}
        words={module.words}
        {...(submit && { submit })}
        onSubmit={(body) => write.mutate(body)}
      />
    </div>
  );
}
