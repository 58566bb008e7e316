/** Lists with a cursor, as the API gives them. */
import { allOf, nextOf } from "@gutenbot/api";
import type { Page } from "@gutenbot/api";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";

export type CursorList<T> = {
  items: T[];
  /** Nothing has come yet. */
  loading: boolean;
  error: Error | null;
  hasMore: boolean;
  loadingMore: boolean;
  loadMore: () => void;
  reload: () => void;
  /** Milliseconds since 1970 of the newest data. */
  at: number;
};

/** A list that grows page by page; what is shown stays while other filters load. */
export function useCursorList<T>(key: readonly unknown[], load: (after: string | undefined, signal: AbortSignal) => Promise<Page<T>>): CursorList<T> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextOf,
    placeholderData: keepPreviousData,
  });
  return {
    items: allOf(query.data?.pages),
    loading: query.isPending,
    error: query.error,
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    reload: () => void query.refetch(),
    at: query.dataUpdatedAt,
  };
}
