/** Whether the gallery of components is in this build. */
declare const __GALLERY__: boolean;

declare module "virtual:theme.css";
