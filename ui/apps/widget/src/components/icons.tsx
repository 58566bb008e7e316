/** The drawings of the panel, in the colour of the words around them. */

import type { JSX } from "preact";

const PATHS = {
  send: "M4 12 20 4l-5 16-3.5-6.500zM11.500 13.500 20 4",
  attach: "M20 11.500 12 19.500a5 5 0 0 1-7-7l8.500-8.500a3.300 3.300 0 0 1 4.700 4.700l-8.500 8.500a1.700 1.700 0 0 1-2.400-2.400l7.900-7.900",
  menu: "M12 5.500v.01M12 12v.01M12 18.500v.01",
  close: "M6 6l12 12M18 6 6 18",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  down: "M12 5v14M6 13l6 6 6-6",
  new: "M12 5v14M5 12h14",
  list: "M4 6h16M4 12h16M4 18h10",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  sound: "M4 10v4h3.500L12 18V6L7.500 10zM15.500 9.500a4 4 0 0 1 0 5M18 7a7.500 7.500 0 0 1 0 10",
  size: "M3 18 7.500 7 12 18M4.500 14.500h6M14 18l3-7.500 3 7.500M15 15.700h4",
  language: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 1 0 0-17zM3.500 12h17M12 3.500c5 5 5 12 0 17M12 3.500c-5 5-5 12 0 17",
  end: "M14 4H6v16h8M10 12h10M16.500 8.500 20 12l-3.500 3.500",
  file: "M7 3.500h7l4 4v13H7zM14 3.500v4h4",
  pin: "M12 21c-4-5-6.500-8-6.500-11a6.500 6.500 0 0 1 13 0c0 3-2.500 6-6.500 11zM12 7.700a2.300 2.300 0 1 0 0 4.600 2.300 2.300 0 1 0 0-4.600z",
  link: "M13 5h6v6M19 5l-9 9M17 14v5H5V7h5",
  call: "M6 4h3.500l1.500 4.500-2.200 1.600a12 12 0 0 0 5.100 5.100l1.600-2.200L20 14.500V18a2 2 0 0 1-2.200 2A16 16 0 0 1 4 6.200 2 2 0 0 1 6 4z",
  copy: "M9 9h10v10H9zM15 9V5H5v10h4",
  check: "M5 12.500 10 17.500 19 7",
  warning: "M12 4 2.800 20h18.400zM12 10v4.500M12 17.300v.01",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, flip = false }: { name: IconName; flip?: boolean }): JSX.Element {
  return (
    <svg class={flip ? "icon flip" : "icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
