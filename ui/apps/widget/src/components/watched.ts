/** Draws again whenever an observable changes. */

import { useEffect, useState } from "preact/hooks";
import type { Observable } from "../store/observable";

export function useWatched<T extends object>(observable: Observable<T>): T {
  const [value, setValue] = useState(() => observable.get());
  useEffect(() => {
    const update = () => setValue(observable.get());
    update();
    return observable.watch(update);
  }, [observable]);
  return value;
}
