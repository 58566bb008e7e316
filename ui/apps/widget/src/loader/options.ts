/** What the script tag says. */
export interface Options {
  /** The address of the server, without a slash at the end. */
  base: string;
  bot: string;
  locale: string;
  theme: string;
  userToken: string;
  position: string;
  open: boolean;
  preload: boolean;
}
