/** Small pieces: people, places, values. */
import { Check, Code, Copy, Laptop, Package } from "lucide-react";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useAnnounce } from "../hooks/announce";
import type { Environment } from "../hooks/context";
import { IconButton } from "./button";

/** The first letters of a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return picked.map((word) => [...(word ?? "")][0] ?? "").join("").toUpperCase() || "?";
}

/** A person as a circle with letters; the name stands beside it or is its label. */
export function Avatar({ name, labelled }: { name: string; labelled?: boolean }): ReactNode {
  return (
    <span className="gb-avatar" role={labelled ? "img" : undefined} aria-label={labelled ? name : undefined} aria-hidden={labelled ? undefined : true}>
      {initials(name)}
    </span>
  );
}

const ENVIRONMENTS: Record<Environment, string> = { dev: "DEV", staging: "STAGING", prod: "PROD" };

/** Where one is: development, staging, production. */
export function EnvChip({ environment }: { environment: Environment }): ReactNode {
  const { t } = useTranslation("kit");
  return (
    <span className="gb-env" data-environment={environment} title={t(`environment.${environment}`)}>
      {ENVIRONMENTS[environment]}
    </span>
  );
}

export type Source = { kind: "code"; place: string } | { kind: "override"; place: string } | { kind: "console" } | { kind: "module"; module: string };
const SOURCE_ICONS = { code: Code, override: Code, console: Laptop, module: Package };

/** Where a thing comes from, and so what can be done with it. */
export function SourceChip({ source }: { source: Source }): ReactNode {
  const { t } = useTranslation("kit");
  const Icon = SOURCE_ICONS[source.kind];
  const about = "place" in source ? source.place : "module" in source ? source.module : "";
  return (
    <span className="gb-source" data-kind={source.kind} title={t(`source.${source.kind}.help`)}>
      <Icon size={12} aria-hidden />
      {t(`source.${source.kind}.word`)}
      {about && <span dir="ltr">{about}</span>}
    </span>
  );
}

/** A value to take along: a link, a key. */
export function CopyField({ value, label }: { value: string; label: string }): ReactNode {
  const { t } = useTranslation("kit");
  const [copied, setCopied] = useState(false);
  const announce = useAnnounce();
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    announce(t("copied"));
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className="gb-copy">
      <input className="gb-mono" readOnly value={value} aria-label={label} dir="ltr" onFocus={(event) => event.currentTarget.select()} />
      <IconButton icon={copied ? Check : Copy} label={t("copy")} onClick={() => void copy()} />
    </div>
  );
}

/** Names and values, one under the other. */
export function Facts({ of }: { of: readonly (readonly [string, ReactNode])[] }): ReactNode {
  return (
    <dl className="gb-facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A number with what it counts. */
export function Stat({ label, value, help }: { label: string; value: ReactNode; help?: ReactNode }): ReactNode {
  return (
    <div className="gb-stat">
      <span className="gb-stat-label">{label}</span>
      <span className="gb-stat-value">{value}</span>
      {help && <span className="gb-faint">{help}</span>}
    </div>
  );
}
