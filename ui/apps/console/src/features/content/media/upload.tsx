/** Files come by choosing or by dropping; each says how far it is. */
import { Banner, Button, ProgressBar, useAnnounce, useBot, useQueryClient } from "@gutenbot/console";
import { Upload as Icon } from "lucide-react";
import { useRef, useState } from "react";
import type { DragEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Media } from "../types";
import { MEDIA, useMediaApi } from "./api";

type Coming = { name: string; share: number; error: string };

export function Upload({ onDone }: { onDone?: (media: Media) => void }): ReactNode {
  const { t } = useTranslation("content");
  const bot = useBot();
  const api = useMediaApi();
  const queries = useQueryClient();
  const announce = useAnnounce();
  const input = useRef<HTMLInputElement>(null);
  const [coming, setComing] = useState<readonly Coming[]>([]);
  const [over, setOver] = useState(false);
  const set = (name: string, change: Partial<Coming>) => setComing((now) => now.map((one) => (one.name === name ? { ...one, ...change } : one)));
  const send = async (files: readonly File[]) => {
    setComing(files.map(({ name }) => ({ name, share: 0, error: "" })));
    let last: Media | undefined;
    for (const file of files) {
      try {
        last = await api.upload(file, (share) => set(file.name, { share }));
        setComing((now) => now.filter((one) => one.name !== file.name));
        announce(t("media.uploaded", { name: file.name }));
      } catch (error) {
        set(file.name, { error: error instanceof Error ? error.message : String(error) });
      }
    }
    await queries.invalidateQueries({ queryKey: MEDIA(bot.id) });
    if (last) onDone?.(last);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void send([...event.dataTransfer.files]);
  };
  return (
    <div
      className="gb-drop"
      data-over={over ? "" : undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <input ref={input} type="file" multiple hidden aria-label={t("media.files")} onChange={(event) => void send([...(event.currentTarget.files ?? [])])} />
      <Button icon={Icon} onClick={() => input.current?.click()}>
        {t("media.upload")}
      </Button>
      <span className="gb-faint">{t("media.drop")}</span>
      {coming.map((one) =>
        one.error === "" ? (
          <ProgressBar key={one.name} value={one.share} of={1} label={one.name} />
        ) : (
          <Banner key={one.name} tone="bad" live title={one.name}>
            {one.error}
          </Banner>
        ),
      )}
    </div>
  );
}
