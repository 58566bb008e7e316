/** What the server says of channels. */
import { useApi, useQuery } from "@gutenbot/console";

const CHANNELS = ["channels"] as const;

export function useChannels(enabled: boolean) {
  const api = useApi();
  return useQuery({ queryKey: CHANNELS, queryFn: ({ signal }) => api.get("/api/v1/channels", { signal }), enabled, refetchInterval: 15_000 });
}

export function useChannel(channel: string, enabled: boolean) {
  const api = useApi();
  return useQuery({ queryKey: [...CHANNELS, channel], queryFn: ({ signal }) => api.get("/api/v1/channels/{channel}", { path: { channel }, signal }), enabled });
}
