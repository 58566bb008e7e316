/** @jsxImportSource preact */
/** A part that is loaded when it is first shown; its place is kept until then, and a lost file is asked for again on the next try. */

import type { ComponentType, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): (props: P) => JSX.Element {
  let loaded: ComponentType<P> | null = null;
  return (props) => {
    const [Part, setPart] = useState<{ View: ComponentType<P> } | null>(() => loaded && { View: loaded });
    useEffect(() => {
      let shown = true;
      if (Part === null)
        void load().then(
          (View) => {
            loaded = View;
            if (shown) setPart({ View });
          },
          () => undefined,
        );
      return () => {
        shown = false;
      };
    }, [Part]);
    return Part === null ? <div class="pending" /> : <Part.View {...props} />;
  };
}
