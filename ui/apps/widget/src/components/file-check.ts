/** Whether the server would take a file, by its limits. */

import type { StringId } from "../locales/index";
import type { Limits } from "../protocol/session";

export function fileProblem(file: Pick<File, "name" | "size" | "type">, limits: Pick<Limits, "file_bytes" | "file_types">): StringId | null {
  if (file.size > limits.file_bytes) return "problem.file-size";
  const accepted = limits.file_types.length === 0 || limits.file_types.some((type) => matches(file, type.toLowerCase()));
  return accepted ? null : "problem.file-type";
}

function matches(file: Pick<File, "name" | "type">, type: string): boolean {
  if (type.startsWith(".")) return file.name.toLowerCase().endsWith(type);
  if (type.endsWith("/*")) return file.type.startsWith(type.slice(0, -1));
  return type === "*/*" || file.type === type;
}
