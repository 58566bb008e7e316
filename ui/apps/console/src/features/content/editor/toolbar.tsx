/** What can be done with the item as it is: discard, ask for a review, publish now or later; and whether everything is saved. */
import { Avatar, Button, IconButton, Menu, useBot, usePermission, useShortcut, useToast, useWrite } from "@gutenbot/console";
import type { MenuEntry } from "@gutenbot/console";
import { CalendarClock, Ellipsis, Rocket, Undo2, UserCheck } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { KEY, useContent } from "../api";
import { languageName } from "../states";
import { useEditing } from "./context";
import { ItemVerbs } from "./verbs";
import type { Verb } from "./verbs";
import type { Other } from "./presence";
import { PublicationBar } from "./publication";
import { ReviewDialog } from "./review";
import { ScheduleDialog } from "./schedule";
import { usePublish } from "./use-publish";
import type { Draft } from "./use-draft";

export function Toolbar({ draft, locked, others }: { draft: Draft; locked: boolean; others: readonly Other[] }): ReactNode {
  const { t, i18n } = useTranslation("content");
  const { item, locale, problems } = useEditing();
  const bot = useBot();
  const content = useContent();
  const toast = useToast();
  const mayPublish = usePermission("content:publish", { language: locale }) && !locked;
  const publication = usePublish(item.id, locale);
  const [open, setOpen] = useState<"schedule" | "review" | Verb | null>(null);
  const text = item.locales[locale];
  const changed = text?.draft !== null && text?.draft !== undefined ? true : draft.saving !== "clean";
  const errors = problems.filter((one) => one.severity === "error").length;
  const busy = publication.state.phase === "sending" || publication.state.phase === "spreading";
  const discard = useWrite({
    run: () => content.discard(item.id, locale),
    changes: [KEY.all(bot.id)],
    done: () => t("toolbar.discarded"),
    onDone: () => void content.item(item.id).then(draft.adopt),
  });
  const publish = async () => {
    if (!mayPublish || busy) return;
    if (await draft.flush()) await publication.publish(draft.latest(), "");
  };
  const section = t("keys.section");
  useShortcut({ id: "content.save", keys: "mod+s", label: t("keys.save"), section }, () => {
    void draft.flush().then((saved) => {
      if (saved) toast({ text: t("toolbar.saved") });
    });
  });
  useShortcut(mayPublish ? { id: "content.publish", keys: "mod+shift+p", label: t("keys.publish"), section } : null, () => void publish());
  const more: MenuEntry[] = [
    ...(locked || !changed ? [] : [{ label: t("toolbar.discard"), icon: Undo2, onClick: () => discard.mutate() }]),
    ...(locked ? [] : [{ label: t("toolbar.review"), icon: UserCheck, onClick: () => setOpen("review") }]),
    ...(mayPublish ? [{ label: t("toolbar.schedule"), icon: CalendarClock, onClick: () => setOpen("schedule") }] : []),
    "line",
    { label: t("verbs.rename"), onClick: () => setOpen("rename"), disabled: locked },
    { label: t("verbs.duplicate"), onClick: () => setOpen("duplicate"), disabled: locked },
    { label: t(item.archived ? "verbs.unarchive" : "verbs.archive"), onClick: () => setOpen("archive") },
    ...(item.source.kind === "override" ? [{ label: t("verbs.revert"), onClick: () => setOpen("revert" as const), disabled: locked }] : []),
    { label: t("verbs.remove"), onClick: () => setOpen("remove"), danger: true, disabled: locked },
  ];
  return (
    <div className="gb-toolbar">
      <div className="gb-row">
        {others.map((one) => (
          <Avatar key={one.id} name={one.name} labelled />
        ))}
        <SaveState draft={draft} />
        <Menu entries={more} width={240}>
          <IconButton icon={Ellipsis} label={t("toolbar.more")} />
        </Menu>
        {mayPublish && (
          <Button intent="primary" icon={Rocket} busy={busy} disabled={!changed || errors > 0} aria-describedby="publish-effect" onClick={() => void publish()}>
            {t("toolbar.publish")}
          </Button>
        )}
      </div>
      {mayPublish && (
        <span className="gb-faint" id="publish-effect">
          {errors > 0 ? t("toolbar.errors", { count: errors }) : t("toolbar.effect", { locale: languageName(locale, i18n.language), count: item.uses.length, place: item.uses[0]?.place ?? "" })}
        </span>
      )}
      <PublicationBar publication={publication} item={item.id} />
      {open === "schedule" && <ScheduleDialog draft={draft} publish={publication.publish} onClose={() => setOpen(null)} />}
      {open === "review" && <ReviewDialog draft={draft} onClose={() => setOpen(null)} />}
      {open !== null && open !== "schedule" && open !== "review" && <ItemVerbs verb={open} onClose={() => setOpen(null)} />}
    </div>
  );
}

function SaveState({ draft }: { draft: Draft }): ReactNode {
  const { t } = useTranslation("content");
  const words = { clean: "", waiting: t("saving.waiting"), saving: t("saving.saving"), saved: t("saving.saved"), failed: t("saving.failed") }[draft.saving];
  return (
    <span className="gb-faint" role="status" data-saving={draft.saving}>
      {words}
    </span>
  );
}

