/** What fills the panel. */
export type View = "thread" | "list";
