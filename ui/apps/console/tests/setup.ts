/** The imitated browser lacks fonts; text areas wait for them. */
Object.defineProperty(document, "fonts", { value: new EventTarget(), configurable: true });
