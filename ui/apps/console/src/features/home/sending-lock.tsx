/** A copy of a bot's database that woke up at another place sends nothing until somebody says that it may. */
import { Banner, Button, ConfirmDialog, may, useApi, usePermission, useSession, useWrite } from "@gutenbot/console";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

const INSTANCE = ["instance"] as const;

export function SendingLock(): ReactNode {
  const { t } = useTranslation();
  const api = useApi();
  const session = useSession();
  const mayUnlock = usePermission("instance:write");
  const [asking, setAsking] = useState(false);
  const instance = useQuery({ queryKey: INSTANCE, queryFn: ({ signal }) => api.get("/api/v1/instance", { signal }), enabled: may(session, "instance:read") });
  const unlock = useWrite({
    run: (_: void, key) => api.delete("/api/v1/instance/sending-lock", { idempotencyKey: key }),
    changes: [INSTANCE],
    done: () => t("home.unlocked"),
    onDone: () => setAsking(false),
  });
  const reason = instance.data?.sending_lock;
  if (!reason) return null;
  const about = t("home.waiting", { count: instance.data?.waiting ?? 0 });
  return (
    <>
      <Banner tone="bad" title={t("home.locked", { reason })} actions={mayUnlock && <Button onClick={() => setAsking(true)}>{t("home.unlock")}</Button>}>
        {about}
      </Banner>
      <ConfirmDialog open={asking} title={t("home.unlockTitle")} verb={t("home.unlock")} busy={unlock.isPending} onClose={() => setAsking(false)} onConfirm={() => unlock.mutate()}>
        <p>{about}</p>
      </ConfirmDialog>
    </>
  );
}
