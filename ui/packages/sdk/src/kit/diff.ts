/** The lines that differ between two texts: the longest common subsequence, for texts of settings and content. */

export type DiffLine = { kind: "same" | "added" | "removed"; text: string };
const MOST_CELLS = 4_000_000;

/** Lines in order; where the texts are too long to compare, all old lines and then all new ones. */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = before === "" ? [] : before.split("\n");
  const fresh = after === "" ? [] : after.split("\n");
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old[old.length - 1 - end] === fresh[fresh.length - 1 - end]) end++;
  const same = (text: string): DiffLine => ({ kind: "same", text });
  return [
    ...old.slice(0, start).map(same),
    ...middle(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end)),
    ...old.slice(old.length - end).map(same),
  ];
}

function middle(old: string[], fresh: string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ kind: "removed", text });
  const added = (text: string): DiffLine => ({ kind: "added", text });
  if (old.length * fresh.length > MOST_CELLS) return [...old.map(removed), ...fresh.map(added)];
  const width = fresh.length + 1;
  const length = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number) => length[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      length[i * width + j] = old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length && j < fresh.length) {
    const text = old[i] ?? "";
    if (text === fresh[j]) {
      found.push({ kind: "same", text });
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      found.push(removed(text));
      i++;
    } else {
      found.push(added(fresh[j] ?? ""));
      j++;
    }
  }
  return [...found, ...old.slice(i).map(removed), ...fresh.slice(j).map(added)];
}
