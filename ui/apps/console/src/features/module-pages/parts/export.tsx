/** Saves a whole list of a module as a file: all of its pages, with the columns that the table has. */
import type { Page } from "@gutenbot/api";
import { Button, useModule, useToast } from "@gutenbot/console";
import { Download } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { PartShape, Row } from "../api";
import { csvOf } from "./csv";
import { partOf, textOf } from "./data";

/** Lists grow while they are read; a file has an end. */
const MOST = 200_000;

type Props = { part: PartShape; label: string; load: (after: string | undefined) => Promise<Page<Row>> };

export function Export({ part, label, load }: Props): ReactNode {
  const { t } = useTranslation();
  const { words } = useModule();
  const toast = useToast();
  const [read, setRead] = useState<number | null>(null);
  const save = async () => {
    const rows: Row[] = [];
    setRead(0);
    try {
      let after: string | undefined;
      do {
        const page = await load(after);
        rows.push(...page.items);
        after = page.next ?? undefined;
        setRead(rows.length);
      } while (after !== undefined && rows.length < MOST);
      const columns = [part.id, ...part.columns.map((column) => column.field).filter((field) => field !== part.id)];
      const titles = columns.map((field) => part.columns.find((column) => column.field === field)).map((column, place) => (column ? words(column.title) : columns[place] ?? ""));
      keep(part.export, csvOf([titles, ...rows.map((row) => columns.map((field) => textOf(partOf(row, field))))]));
    } catch (error) {
      toast({ kind: "failed", text: error instanceof Error ? error.message : t("modulePages.exportFailed") });
    } finally {
      setRead(null);
    }
  };
  return (
    <div className="gb-actions">
      <Button small icon={Download} disabled={read !== null} onClick={() => void save()}>
        {read === null ? t("modulePages.export", { list: label }) : t("modulePages.exporting", { n: read })}
      </Button>
    </div>
  );
}

/** Gives the browser a file to save. The mark at its beginning tells spreadsheets that it is UTF-8. */
function keep(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob(["\uFEFF", text], { type: "text/csv;charset=utf-8" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
