/** What is done with several items at once: their drafts go live together, or they are archived, which can be taken back. */
import { Button, useBot, usePermission, useWrite } from "@gutenbot/console";
import type { Picked } from "@gutenbot/console/grid";
import { Archive, Rocket } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { KEY, useContent } from "../api";
import { NewRelease } from "../releases/new-release";

export function PickedItems({ picked }: { picked: Picked }): ReactNode {
  const { t } = useTranslation("live");
  const [publishing, setPublishing] = useState(false);
  if (!usePermission("content:publish")) return null;
  return (
    <>
      <Button small icon={Rocket} onClick={() => setPublishing(true)}>
        {t("items.publish")}
      </Button>
      <ArchiveItems picked={picked} />
      {publishing && <NewRelease only={picked.ids} onClose={() => setPublishing(false)} onMade={picked.clear} />}
    </>
  );
}

type Archived = { done: string[]; refused: string[] };

function ArchiveItems({ picked }: { picked: Picked }): ReactNode {
  const { t } = useTranslation("live");
  const bot = useBot();
  const content = useContent();
  const all = async (ids: readonly string[], archived: boolean): Promise<Archived> => {
    const found: Archived = { done: [], refused: [] };
    for (const id of ids) {
      try {
        await content.archive(id, archived);
        found.done.push(id);
      } catch (error) {
        found.refused.push(`${id}: ${error instanceof Error ? error.message : ""}`);
      }
    }
    if (found.done.length === 0) throw new Error(found.refused[0]);
    return found;
  };
  const archive = useWrite({
    run: (ids: readonly string[]) => all(ids, true),
    changes: [KEY.all(bot.id)],
    done: ({ done, refused }) => [t("items.archived", { count: done.length }), ...refused].join(" "),
    undo: ({ done }) => all(done, false),
    onDone: picked.clear,
  });
  return (
    <Button small icon={Archive} busy={archive.isPending} onClick={() => archive.mutate(picked.ids)}>
      {t("items.archive")}
    </Button>
  );
}
