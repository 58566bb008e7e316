/** Lists with a cursor. */
export type Page<T> = { items: T[]; next?: string | null };

/** The cursor of the page that follows, undefined at the end. */
export function nextOf(page: { next?: string | null | undefined }): string | undefined {
  return page.next ?? undefined;
}

/** All entries of the pages that came so far, in order. */
export function allOf<T>(pages: readonly Page<T>[] | undefined): T[] {
  return (pages ?? []).flatMap((page) => page.items);
}
