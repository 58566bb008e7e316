/** The title of a role in the person's language; roles that people made have the title they gave. */
import { useTranslation } from "react-i18next";

const KNOWN = ["owner", "admin", "developer", "editor", "marketer", "agent", "analyst", "back-office", "auditor"] as const;
type Known = (typeof KNOWN)[number];

function isKnown(name: string): name is Known {
  return (KNOWN as readonly string[]).includes(name);
}

export function useRoleTitle(name: string, given = name): string {
  const { t } = useTranslation();
  return isKnown(name) ? t(`roles.${name}.title`) : given;
}

/** The same for many roles. */
export function useRoleTitles(): (name: string, given?: string) => string {
  const { t } = useTranslation();
  return (name, given = name) => (isKnown(name) ? t(`roles.${name}.title`) : given);
}
