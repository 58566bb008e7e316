/** What is done with several items at once: their drafts go live together, or they are archived, which can be taken back. */
import { Button, ConfirmDialog, useBot, usePermission, useWrite } from "@gutenbot/console";
import type { Picked } from "@gutenbot/console/grid";
import { Archive, Rocket } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { KEY, useContent } from "../api";
import type { ListQuery } from "../api";
import { NewRelease } from "../releases/new-release";

/** So many of them are sent in one request. */
const AT_ONCE = 500;
type Props = { picked: Picked; query: ListQuery };

/** The ids of those that are picked, also of those that match and are not on the page. */
function useIds({ picked, query }: Props): () => Promise<readonly string[]> {
  const content = useContent();
  return async () => (picked.everything ? (await content.ids(query)).items : picked.ids);
}

export function PickedItems(props: Props): ReactNode {
  const { t } = useTranslation("live");
  const [publishing, setPublishing] = useState(false);
  const ids = useIds(props);
  if (!usePermission("content:publish")) return null;
  return (
    <>
      <Button small icon={Rocket} onClick={() => setPublishing(true)}>
        {t("items.publish")}
      </Button>
      <ArchiveItems {...props} />
      {publishing && <NewRelease only={ids} onClose={() => setPublishing(false)} onMade={props.picked.clear} />}
    </>
  );
}

type Archived = { done: string[]; refused: string[] };

function ArchiveItems(props: Props): ReactNode {
  const { t } = useTranslation("live");
  const bot = useBot();
  const content = useContent();
  const ids = useIds(props);
  const { picked } = props;
  const [asking, setAsking] = useState(false);
  const all = async (chosen: readonly string[], archived: boolean, key: string): Promise<Archived> => {
    const found: Archived = { done: [], refused: [] };
    for (let first = 0; first < chosen.length; first += AT_ONCE) {
      const some = await content.archiveSome(chosen.slice(first, first + AT_ONCE), archived, `${key}-${first}`);
      found.done.push(...some.items);
      found.refused.push(...some.refused.map((one) => one.why));
    }
    return found;
  };
  const archive = useWrite({
    run: async (_: undefined, key) => {
      const found = await all(await ids(), true, key);
      if (found.done.length === 0 && found.refused[0] !== undefined) throw new Error(found.refused[0]);
      return found;
    },
    changes: [KEY.all(bot.id)],
    done: ({ done, refused }) => [t("items.archived", { count: done.length }), refused.length > 0 && t("items.kept", { count: refused.length, why: refused[0] })].filter(Boolean).join(". "),
    undo: ({ done }, _, key) => all(done, false, key),
    onDone: () => {
      setAsking(false);
      picked.clear();
    },
  });
  return (
    <>
      <Button small icon={Archive} busy={archive.isPending} onClick={() => (picked.everything ? setAsking(true) : archive.mutate(undefined))}>
        {t("items.archive")}
      </Button>
      <ConfirmDialog title={t("items.archiveTitle", { count: picked.count })} open={asking} verb={t("items.archive")} busy={archive.isPending} onClose={() => setAsking(false)} onConfirm={() => archive.mutate(undefined)}>
        {t("items.archiveText")}
      </ConfirmDialog>
    </>
  );
}
