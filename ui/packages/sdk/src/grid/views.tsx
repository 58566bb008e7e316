/** Views: names for the filters of a list, each person's own. A view is an address, so a link to it is a link to what it shows. */
import { BookmarkPlus, Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { usePreferences } from "../hooks/context";
import type { SavedView } from "../hooks/context";
import { useToast } from "../hooks/toast";
import { Button, IconButton } from "../kit/button";
import { TextField } from "../kit/fields";
import { Dialog, Menu } from "../kit/overlays";
import type { useFilters } from "./filters";

const MOST = 20;
const LONGEST = 60;

/** The filters as they stand in an address, always in the same order. */
function queryOf(values: Readonly<Record<string, string>>): string {
  const set = Object.entries(values).filter(([, value]) => value !== "");
  return new URLSearchParams(set.sort(([a], [b]) => (a < b ? -1 : 1))).toString();
}

/** The saved views of one list, kept with the account. */
function useViews(list: string): [readonly SavedView[], (views: readonly SavedView[]) => void] {
  const [preferences, prefer] = usePreferences();
  return [preferences.views?.[list] ?? [], (views) => prefer({ views: { ...preferences.views, [list]: [...views] } })];
}

/** The views of a list, and a button that keeps the present filters as one. Nothing while there are neither filters nor views. */
export function SavedViews({ list, filters }: { list: string; filters: Pick<ReturnType<typeof useFilters>, "values" | "active"> }): ReactNode {
  const { t } = useTranslation("kit");
  const [views, keep] = useViews(list);
  const [naming, setNaming] = useState<"new" | "old" | null>(null);
  const toast = useToast();
  const navigate = useNavigate();
  const query = queryOf(filters.values);
  const current = views.find((one) => one.query === query);
  if (views.length === 0 && filters.active === 0) return null;
  const remove = (view: SavedView) => {
    keep(views.filter((one) => one !== view));
    void navigate("?");
    toast({ text: t("views.removed", { name: view.name }), action: { label: t("write.undo"), run: () => keep(views) } });
  };
  const named = (name: string) => {
    keep(naming === "old" ? views.map((one) => (one === current ? { ...one, name } : one)) : [...views, { name, query }]);
    setNaming(null);
  };
  return (
    <nav className="gb-views" aria-label={t("views.label")}>
      <Link to="?" aria-current={query === "" ? "page" : undefined}>
        {t("views.all")}
      </Link>
      {views.map((one) => (
        <Link key={one.query} to={`?${one.query}`} aria-current={one === current ? "page" : undefined}>
          <bdi>{one.name}</bdi>
        </Link>
      ))}
      {current && (
        <Menu
          entries={[
            { label: t("views.rename"), icon: Pencil, onClick: () => setNaming("old") },
            { label: t("views.remove"), icon: Trash2, onClick: () => remove(current) },
          ]}
        >
          <IconButton icon={Ellipsis} label={t("views.change", { name: current.name })} />
        </Menu>
      )}
      {!current && filters.active > 0 && views.length < MOST && (
        <Button small intent="quiet" icon={BookmarkPlus} onClick={() => setNaming("new")}>
          {t("views.save")}
        </Button>
      )}
      {naming && <Naming given={naming === "old" ? (current?.name ?? "") : ""} onName={named} onClose={() => setNaming(null)} />}
    </nav>
  );
}

function Naming({ given, onName, onClose }: { given: string; onName: (name: string) => void; onClose: () => void }): ReactNode {
  const { t } = useTranslation("kit");
  const [name, setName] = useState(given);
  const ready = name.trim() !== "";
  const submit = () => {
    if (ready) onName(name.trim());
  };
  return (
    <Dialog
      title={t("views.save")}
      open
      onClose={onClose}
      actions={
        <Button intent="primary" disabled={!ready} onClick={submit}>
          {t("views.keep")}
        </Button>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField label={t("views.name")} help={t("views.nameHelp")} value={name} onChange={setName} maxLength={LONGEST} autoFocus autoComplete="off" dir="auto" />
      </form>
    </Dialog>
  );
}
