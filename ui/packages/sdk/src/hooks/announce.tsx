/** The one polite live region: what changed, said to people who do not see it. */
import { createContext, useCallback, useContext, useMemo, useRef, useState } from "react";
import type { ReactNode } from "react";

const Announce = createContext<(words: string) => void>(() => undefined);
const GAP_MS = 150;

/** Holds the region. Words that come close together are said together. */
export function AnnounceProvider({ children }: { children: ReactNode }): ReactNode {
  const [words, setWords] = useState("");
  const waiting = useRef<string[]>([]);
  const say = useCallback((next: string) => {
    if (waiting.current.push(next) > 1) return;
    setWords("");
    setTimeout(() => {
      setWords(waiting.current.join(". "));
      waiting.current = [];
    }, GAP_MS);
  }, []);
  const value = useMemo(() => say, [say]);
  return (
    <Announce value={value}>
      {children}
      <div className="gb-unseen" role="status" aria-live="polite" data-announcer>
        {words}
      </div>
    </Announce>
  );
}

/** Says something through the live region. */
export function useAnnounce(): (words: string) => void {
  return useContext(Announce);
}
