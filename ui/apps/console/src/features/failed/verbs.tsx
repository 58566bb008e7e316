/** What is done with many failed events: they are run again by a job, or put aside, which can be taken back for those that were picked. */
import { Button, ConfirmDialog, useApi, usePermission, useQuery, useWrite } from "@gutenbot/console";
import type { Picked } from "@gutenbot/console/grid";
import { ArchiveX, RotateCcw } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

type Query = { q: string; channel: string };
type Which = Query & { seqs: number[] | null };
const EVERYTHING: Which = { q: "", channel: "", seqs: null };

function useRunAgain(bot: string, onDone: () => void) {
  const { t } = useTranslation("live");
  const api = useApi();
  return useWrite({
    run: (which: Which, key) => api.post("/api/v1/bots/{bot}/dead-letters/replay", { path: { bot }, body: which, idempotencyKey: key }),
    changes: [["dead-letters", bot], ["jobs"]],
    done: () => t("export.replayStarted"),
    onDone,
  });
}

/** All of them at once, as a job; nothing while nothing failed, as the page says then. */
export function ReplayAll({ bot }: { bot: string }): ReactNode {
  const { t } = useTranslation("live");
  const mayReplay = usePermission("dead-letters:replay");
  const [asking, setAsking] = useState(false);
  const api = useApi();
  const number = useQuery({ queryKey: ["dead-letters", bot, "number"], queryFn: ({ signal }) => api.get("/api/v1/bots/{bot}/dead-letters/count", { path: { bot }, signal }), enabled: mayReplay });
  const replay = useRunAgain(bot, () => setAsking(false));
  const count = number.data?.count ?? 0;
  if (!mayReplay || (count === 0 && !asking)) return null;
  return (
    <>
      <Button icon={RotateCcw} onClick={() => setAsking(true)}>
        {t("export.replayAll")}
      </Button>
      <ConfirmDialog title={t("export.replayAllTitle", { count })} open={asking} danger={false} verb={t("export.replayAll")} busy={replay.isPending} onClose={() => setAsking(false)} onConfirm={() => replay.mutate(EVERYTHING)}>
        {t("export.replayAllText")}
      </ConfirmDialog>
    </>
  );
}

/** Those that are picked. */
export function PickedEvents({ bot, picked, query }: { bot: string; picked: Picked; query: Query }): ReactNode {
  const which: Which = picked.everything ? { ...query, seqs: null } : { q: "", channel: "", seqs: picked.ids.map(Number) };
  return (
    <>
      <Replay bot={bot} picked={picked} which={which} />
      <Discard bot={bot} picked={picked} which={which} />
    </>
  );
}

type VerbProps = { bot: string; picked: Picked; which: Which };

function Replay({ bot, picked, which }: VerbProps): ReactNode {
  const { t } = useTranslation("live");
  const mayReplay = usePermission("dead-letters:replay");
  const [asking, setAsking] = useState(false);
  const replay = useRunAgain(bot, () => {
    setAsking(false);
    picked.clear();
  });
  if (!mayReplay) return null;
  return (
    <>
      <Button small icon={RotateCcw} onClick={() => setAsking(true)}>
        {t("failed.replay")}
      </Button>
      <ConfirmDialog title={t("failed.replayTitle", { count: picked.count })} open={asking} danger={false} verb={t("failed.replay")} busy={replay.isPending} onClose={() => setAsking(false)} onConfirm={() => replay.mutate(which)}>
        {t("export.replayAllText")}
      </ConfirmDialog>
    </>
  );
}

function Discard({ bot, picked, which }: VerbProps): ReactNode {
  const { t } = useTranslation("live");
  const api = useApi();
  const mayDiscard = usePermission("dead-letters:discard");
  const [asking, setAsking] = useState(false);
  const changes = [["dead-letters", bot], ["home"]];
  const some = useWrite({
    run: (seqs: number[], key) => api.post("/api/v1/bots/{bot}/dead-letters/discard", { path: { bot }, body: { seqs }, idempotencyKey: key }),
    changes,
    done: (found) => t("failed.discarded", { count: found.seqs.length }),
    undo: (found, _, key) => api.post("/api/v1/bots/{bot}/dead-letters/restore", { path: { bot }, body: { seqs: found.seqs }, idempotencyKey: key }),
    onDone: picked.clear,
  });
  const all = useWrite({
    run: (wanted: Which, key) => api.post("/api/v1/bots/{bot}/dead-letters/discard-all", { path: { bot }, body: wanted, idempotencyKey: key }),
    changes: [...changes, ["jobs"]],
    done: () => t("failed.discardStarted"),
    onDone: () => {
      setAsking(false);
      picked.clear();
    },
  });
  if (!mayDiscard) return null;
  return (
    <>
      <Button small icon={ArchiveX} busy={some.isPending} onClick={() => (which.seqs === null ? setAsking(true) : some.mutate(which.seqs))}>
        {t("failed.discard")}
      </Button>
      <ConfirmDialog title={t("failed.discardTitle", { count: picked.count })} open={asking} verb={t("failed.discard")} busy={all.isPending} onClose={() => setAsking(false)} onConfirm={() => all.mutate(which)}>
        {t("failed.discardText")}
      </ConfirmDialog>
    </>
  );
}
