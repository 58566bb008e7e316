/** What code says and nobody has written yet. */
import { Button, EmptyState, Section, Skeleton } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { MissingKey } from "../types";

export function FillIn({ keys, loading, mayWrite, onMake, onClose }: { keys: readonly MissingKey[]; loading: boolean; mayWrite: boolean; onMake: (id: string) => void; onClose: () => void }): ReactNode {
  const { t } = useTranslation("content");
  if (loading) return <Skeleton lines={6} />;
  const back = <Button onClick={onClose}>{t("fillIn.back")}</Button>;
  if (keys.length === 0) return <EmptyState kind="first-use" title={t("fillIn.done")} action={back} />;
  return (
    <Section title={t("fillIn.title")} about={t("fillIn.about")} actions={back}>
      <ul className="gb-lines">
        {keys.map((one) => (
          <li key={`${one.item} ${one.place}`}>
            <code dir="ltr">{one.item}</code>
            <span className="gb-faint gb-grow" dir="ltr">
              {one.place}
            </span>
            {mayWrite && (
              <Button small onClick={() => onMake(one.item)}>
                {t("fillIn.write")}
                <span className="gb-unseen"> {one.item}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
