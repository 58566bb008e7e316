/** A number at the corner of a button; the button's own label says it too. */
import type { ReactNode } from "react";

const MOST = 99;

export function Badge({ count, children }: { count: number; children: ReactNode }): ReactNode {
  return (
    <span className="gb-badged">
      {children}
      {count > 0 && (
        <span className="gb-badge" aria-hidden>
          {count > MOST ? `${MOST}+` : count}
        </span>
      )}
    </span>
  );
}
