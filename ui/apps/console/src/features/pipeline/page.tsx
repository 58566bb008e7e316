/** What messages go through: the wraps of each stage, in an order that can be changed, tried and saved. */
import type { Pipeline, PipelineTrial } from "@gutenbot/api";
import { Problem } from "@gutenbot/api";
import { Banner, Button, ErrorCard, NoPermission, Page, Skeleton, useApi, usePermission, useWrite } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { arranged, changesOf, orderOf } from "./model";
import type { Draft } from "./model";
import "./pipeline.css";
import { StageOrder } from "./stage-order";
import { Trial } from "./trial";

const PIPELINE = ["pipeline"] as const;
const PATH = "/api/v1/pipeline";

export default function PipelinePage(): ReactNode {
  const { t } = useTranslation("pipeline");
  const api = useApi();
  const mayRead = usePermission("pipeline:read");
  const query = useQuery({ queryKey: PIPELINE, queryFn: ({ signal }) => api.get(PATH, { signal }), enabled: mayRead });
  if (!mayRead) return <NoPermission permission="pipeline:read" />;
  return (
    <Page title={t("title")} purpose={t("purpose")}>
      {query.error && <ErrorCard error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton lines={8} />}
      {query.data && <Editor pipeline={query.data} reload={() => void query.refetch()} />}
    </Page>
  );
}

function Editor({ pipeline, reload }: { pipeline: Pipeline; reload: () => void }): ReactNode {
  const { t } = useTranslation("pipeline");
  const mayWrite = usePermission("pipeline:write");
  const [draft, setDraft] = useState<Draft>({});
  const changes = changesOf(pipeline.stages, draft);
  const changed = Object.keys(changes).length > 0;
  const trial = useTrial(changes);
  const forget = () => {
    setDraft({});
    trial.reset();
  };
  const save = useSave(pipeline, changes, forget);
  const conflict = save.error instanceof Problem && save.error.status === 409;
  return (
    <>
      {pipeline.stages.map((stage) => (
        <StageOrder
          key={stage.name}
          stage={stage}
          wraps={arranged(stage, draft)}
          mayWrite={mayWrite}
          onOrder={(places) => {
            trial.reset();
            setDraft((now) => ({ ...now, [stage.name]: places }));
          }}
        />
      ))}
      {save.error && !conflict && <ErrorCard error={save.error} />}
      {conflict && (
        <Banner
          tone="warn"
          live
          actions={
            <Button
              small
              onClick={() => {
                save.reset();
                forget();
                reload();
              }}
            >
              {t("reload")}
            </Button>
          }
        >
          {t("conflict")}
        </Banner>
      )}
      {mayWrite && changed && (
        <div className="gb-pipeline-bar">
          <span>{t("changed")}</span>
          <Button icon={FlaskConical} busy={trial.isPending} onClick={() => trial.mutate()}>
            {t("try")}
          </Button>
          <Button onClick={forget}>{t("discard")}</Button>
          <Button intent="primary" busy={save.isPending} onClick={() => save.mutate()}>
            {t("save")}
          </Button>
        </div>
      )}
      {trial.error && <ErrorCard error={trial.error} />}
      {trial.data && <Trial trial={trial.data} />}
    </>
  );
}

function useTrial(changes: ReturnType<typeof changesOf>) {
  const api = useApi();
  return useWrite<PipelineTrial>({
    quiet: true,
    run: (_, key) => api.post(`${PATH}/dry-run`, { body: { stages: changes }, idempotencyKey: key }),
  });
}

function useSave(pipeline: Pipeline, changes: ReturnType<typeof changesOf>, onDone: () => void) {
  const { t } = useTranslation("pipeline");
  const api = useApi();
  return useWrite<Pipeline>({
    quiet: true,
    run: (_, key) => api.put(PATH, { body: { version: pipeline.version, stages: changes }, idempotencyKey: key }),
    changes: [PIPELINE],
    onDone,
    done: () => t("saved"),
    undo: (saved, _, key) => api.put(PATH, { body: { version: saved.version, stages: orderOf(pipeline.stages) }, idempotencyKey: key }),
  });
}
