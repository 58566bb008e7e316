/** What the chat costs a page: measured on what this server gives out now. */
import { Facts, Section, useQuery } from "@gutenbot/console";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

const KB = 1024;
type Sizes = { loader: number; panel: number };

export function Size({ bot }: { bot: string }): ReactNode {
  const { t, i18n } = useTranslation("channels");
  const query = useQuery({ queryKey: ["channels", "web", "size", bot], queryFn: () => measure(bot), staleTime: Infinity });
  const digits = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  if (!query.data) return null;
  const kb = (bytes: number) => t("web.kb", { kb: digits.format(bytes / KB) });
  return (
    <Section title={t("web.size")} about={t("web.sizeText")}>
      <Facts
        of={[
          [t("web.loader"), kb(query.data.loader)],
          [t("web.panel"), kb(query.data.panel)],
        ]}
      />
    </Section>
  );
}

async function measure(bot: string): Promise<Sizes> {
  const page = new URL(`/web/${encodeURIComponent(bot)}/page`, location.href);
  const html = await (await fetch(page)).text();
  const found = new Set([...html.matchAll(/(?:src|href)="([^"]+\/web\/assets\/[^"]+|\/web\/assets\/[^"]+)"/g)].map((match) => new URL(match[1] ?? "", page).href));
  for (const address of found) {
    if (!address.endsWith(".js")) continue;
    const code = await (await fetch(address)).text();
    for (const match of code.matchAll(/(?:from|import)\s*"(\.\/[^"]+\.js)"/g)) found.add(new URL(match[1] ?? "", address).href);
  }
  const sizes = await Promise.all([...found].map(compressed));
  return { loader: await compressed("/w.js"), panel: sizes.reduce((sum, one) => sum + one, 0) };
}

async function compressed(address: string): Promise<number> {
  const { body } = await fetch(address);
  if (!body) return 0;
  const packed = await new Response(body.pipeThrough(new CompressionStream("gzip"))).arrayBuffer();
  return packed.byteLength;
}
