/** @jsxImportSource preact */
/** The drawings of the panel, in the colour of the words around them. */

import type { JSX } from "preact";

const PATHS = {
  send: "M4 12 20 4l-5 16-3.5-6.5zM11.5 13.5 20 4",
  attach: "M20 11.5 12 19.5a5 5 0 0 1-7-7l8.5-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.7 1.7 0 0 1-2.4-2.4l7.9-7.9",
  menu: "M12 5a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2zM12 11.4a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2zM12 17.8a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2z",
  close: "M6 6l12 12M18 6 6 18",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  down: "M12 5v14M6 13l6 6 6-6",
  new: "M12 5v14M5 12h14",
  list: "M4 6h16M4 12h16M4 18h10",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  sound: "M4 10v4h3.5L12 18V6L7.5 10zM15.5 9.5a4 4 0 0 1 0 5M18 7a7.5 7.5 0 0 1 0 10",
  size: "M3 18 7.5 7 12 18M4.5 14.5h6M14 18l3-7.5 3 7.5M15 15.7h4",
  language: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 1 0 0-17zM3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17",
  end: "M14 4H6v16h8M10 12h10M16.5 8.5 20 12l-3.5 3.5",
  file: "M7 3.5h7l4 4v13H7zM14 3.5v4h4",
  pin: "M12 21c-4-5-6.5-8-6.5-11a6.5 6.5 0 0 1 13 0c0 3-2.5 6-6.5 11zM12 7.7a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 1 0 0-4.6z",
  link: "M13 5h6v6M19 5l-9 9M17 14v5H5V7h5",
  call: "M6 4h3.5l1.5 4.5-2.2 1.6a12 12 0 0 0 5.1 5.1l1.6-2.2L20 14.5V18a2 2 0 0 1-2.2 2A16 16 0 0 1 4 6.2 2 2 0 0 1 6 4z",
  copy: "M9 9h10v10H9zM15 9V5H5v10h4",
  check: "M5 12.5 10 17.5 19 7",
  warning: "M12 4 2.8 20h18.4zM12 10v4.5M12 17.3v.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, flip = false }: { name: IconName; flip?: boolean }): JSX.Element {
  return (
    <svg class={flip ? "icon flip" : "icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
