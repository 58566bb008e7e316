/** Passkeys: between the server's JSON and the browser's credentials. */

type PublicKey = Record<string, unknown>;
type Encodable = { toJSON?: () => unknown };

/** Whether this browser knows passkeys. */
export function hasPasskeys(): boolean {
  return typeof PublicKeyCredential !== "undefined" && "parseCreationOptionsFromJSON" in PublicKeyCredential;
}

/** The options as the server sends them, bare or below `publicKey`. */
function optionsOf(answer: PublicKey): PublicKey {
  return (answer.publicKey ?? answer.options ?? answer) as PublicKey;
}

/** Makes a passkey; the answer is what the server wants back. */
export async function makePasskey(answer: PublicKey): Promise<Record<string, unknown>> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(optionsOf(answer) as unknown as PublicKeyCredentialCreationOptionsJSON);
  return encoded(await navigator.credentials.create({ publicKey }));
}

/** Uses a passkey. */
export async function askPasskey(answer: PublicKey): Promise<Record<string, unknown>> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(optionsOf(answer) as unknown as PublicKeyCredentialRequestOptionsJSON);
  return encoded(await navigator.credentials.get({ publicKey }));
}

function encoded(credential: Credential | null): Record<string, unknown> {
  const made = credential as Encodable | null;
  if (!made?.toJSON) throw new Error("This browser gave no passkey.");
  return made.toJSON() as Record<string, unknown>;
}

/** Whether the person closed the browser's window: no mistake. */
export function wasCancelled(error: unknown): boolean {
  return error instanceof DOMException && (error.name === "NotAllowedError" || error.name === "AbortError");
}
