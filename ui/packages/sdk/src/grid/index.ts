/** Tables and filters: in a part of their own, since not every page has a table. */
export { DataGrid } from "./grid";
export type { Column, GridProps } from "./grid";
export { FilterBar, useFilters } from "./filters";
export type { FilterField } from "./filters";
export { ListBody } from "./list-page";
export type { Bulk, Picked } from "./selection";
export { SavedViews } from "./views";
