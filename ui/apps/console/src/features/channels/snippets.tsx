/** Lines of code to take along. */
import { Button, CodeView, SegmentedField, useAnnounce } from "@gutenbot/console";
import type { TFunction } from "i18next";
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

export type Snippet = { name: string; label: string; code: string };
type Words = TFunction<"channels">;
const COPIED_MS = 2000;

export function Snippets({ title, of }: { title: string; of: readonly Snippet[] }): ReactNode {
  const { t } = useTranslation("channels");
  const [name, setName] = useState(of[0]?.name ?? "");
  const [copied, setCopied] = useState(false);
  const announce = useAnnounce();
  const shown = of.find((one) => one.name === name) ?? of[0];
  if (!shown) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(shown.code);
    setCopied(true);
    announce(t("web.copied"));
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <div className="gb-stack">
      <div className="gb-snippet-head">
        <SegmentedField label={title} value={shown.name} onChange={setName} options={of.map((one) => ({ value: one.name, label: one.label }))} />
        <Button small icon={copied ? Check : Copy} onClick={() => void copy()}>
          {t(copied ? "web.copied" : "web.copy")}
        </Button>
      </div>
      <CodeView text={shown.code} label={title} />
    </div>
  );
}

/** How the chat comes to a page. */
export function webSnippets(bot: string, t: Words): Snippet[] {
  const base = location.origin;
  return [
    { name: "html", label: t("web.html"), code: `<script async src="${base}/w.js" data-bot="${bot}"></script>` },
    {
      name: "react",
      label: t("web.react"),
      code: `import { useEffect } from "react";

export function Chat() {
  useEffect(() => {
    const script = document.createElement("script");
    script.src = "${base}/w.js";
    script.async = true;
    script.dataset.bot = "${bot}";
    document.body.append(script);
    return () => {
      window.gutenbot?.("destroy");
      script.remove();
    };
  }, []);
  return null;
}`,
    },
    { name: "inline", label: t("web.inline"), code: `<script async src="${base}/w.js"></script>\n<bot-chat bot="${bot}" mode="inline"></bot-chat>` },
  ];
}

/** How a site's server says who its visitor is. */
export function identitySnippets(t: Words): Snippet[] {
  return [
    {
      name: "python",
      label: t("web.python"),
      code: `import base64, hashlib, hmac, json, time

def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")

def user_token(secret: str, user: str, **profile: str) -> str:
    body = {"user": user, "expires": int(time.time()) + 3600, "profile": profile}
    part = base64url(json.dumps(body).encode())
    return part + "." + base64url(hmac.new(secret.encode(), part.encode(), hashlib.sha256).digest())`,
    },
    {
      name: "node",
      label: t("web.node"),
      code: `import { createHmac } from "node:crypto";

export function userToken(secret, user, profile = {}) {
  const body = { user, expires: Math.floor(Date.now() / 1000) + 3600, profile };
  const part = Buffer.from(JSON.stringify(body)).toString("base64url");
  return part + "." + createHmac("sha256", secret).update(part).digest("base64url");
}`,
    },
  ];
}
