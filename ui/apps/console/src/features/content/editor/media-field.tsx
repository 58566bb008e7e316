/** The address of a picture, a sound, a film or a file: written, or taken from the library. */
import { Button, TextField } from "@gutenbot/console";
import { Images } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { PickMedia } from "../media/pick";
import { useEditing, useProblemAt } from "./context";

export function MediaField({ label, kind, path, value, onChange }: { label: string; kind: "image" | "audio" | "video" | "file"; path: string; value: string; onChange: (value: string, alt?: string) => void }): ReactNode {
  const { t } = useTranslation("content");
  const { locked, locale } = useEditing();
  const [picking, setPicking] = useState(false);
  return (
    <div className="gb-with-tool" data-path={path}>
      <TextField label={label} help={t("field.mediaHelp")} value={value} onChange={(next) => onChange(next)} dir="ltr" disabled={locked} error={useProblemAt(path)} />
      {!locked && (
        <Button icon={Images} onClick={() => setPicking(true)}>
          {t("media.choose")}
        </Button>
      )}
      {picking && (
        <PickMedia
          kind={kind}
          onClose={() => setPicking(false)}
          onPick={(media) => {
            onChange(media.name, media.alt[locale] ?? Object.values(media.alt)[0]);
            setPicking(false);
          }}
        />
      )}
    </div>
  );
}
