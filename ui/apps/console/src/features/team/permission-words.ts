/** What permissions are called in the person's language; those of modules as the module calls them. */
import { useTranslation } from "react-i18next";

export function usePermissionWords(): { titleOf: (permission: { name: string; title: string }) => string; groupOf: (group: string) => string } {
  const { t, i18n } = useTranslation();
  const known = (key: string, given: string): string => (i18n.exists(key) ? t(key as never) : given);
  return {
    titleOf: ({ name, title }) => known(`permissions.titles.${name.replace(":", "/")}`, title),
    groupOf: (group) => known(`permissions.groups.${group.toLowerCase()}`, group),
  };
}
