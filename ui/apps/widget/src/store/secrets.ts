/** What a password field held is neither stored in the browser nor shown again. */

import type { Entry, FormMessage } from "../protocol/messages";

export const MASK = "••••••";

export function formOf(entries: readonly Entry[], formId: string): FormMessage | undefined {
  const found = entries.findLast((entry) => entry.dir === "out" && entry.body.type === "form" && entry.body.form_id === formId);
  return found?.dir === "out" && found.body.type === "form" ? found.body : undefined;
}

export function secretFields(form: FormMessage | undefined): string[] {
  return (form?.fields ?? []).filter((field) => field.kind === "password").map((field) => field.name);
}

export function withoutSecrets(entries: readonly Entry[]): Entry[] {
  return entries.map((entry) => {
    if (entry.dir !== "in" || entry.body.type !== "form") return entry;
    const secret = secretFields(formOf(entries, entry.body.form_id));
    const values = Object.fromEntries(Object.entries(entry.body.values).map(([name, value]) => [name, secret.includes(name) ? MASK : value]));
    return { ...entry, body: { ...entry.body, values } };
  });
}
