/** Small facts about words. */

/** How many characters a person and the server count: code points. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** The first of these that says something, or an empty string. */
export function firstOf(...texts: (string | undefined)[]): string {
  return texts.find((text) => text !== undefined && text !== "") ?? "";
}
