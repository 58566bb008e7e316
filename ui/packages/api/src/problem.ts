/** What goes wrong between the console and the server, as errors that a page can show. */

export type Fields = Readonly<Record<string, string>>;

type ProblemBody = {
  type?: string;
  title?: string;
  detail?: string;
  status?: number;
  code?: string;
  fields?: Record<string, string>;
  errors?: { where?: string; message?: string }[];
  request_id?: string;
  retry_after?: number;
};

/** The server refused or failed. `code` never changes; `detail` is a sentence for people; `fields` names inputs. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    readonly fields: Fields = {},
    readonly requestId = "",
    readonly retryAfterS: number | null = null,
    /** Everything else that the answer says, such as what somebody else wrote meanwhile. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || title);
  }

  /** Whether the same request may work later without a change. */
  get temporary(): boolean {
    return this.status === 503 || this.status === 429;
  }
}

/** The server could not be reached, or did not answer in time. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";

  constructor(override readonly cause?: unknown) {
    super("The server cannot be reached.");
  }
}

const URN = "urn:gutenbot:error:";

/** Reads the body of an answer that is no success. An answer of a proxy, which is no problem document, is told by its status. */
export async function problemOf(response: Response): Promise<Problem> {
  const body = await bodyOf(response);
  const code = body.code ?? body.type?.replace(URN, "") ?? `http.${response.status}`;
  const retry = body.retry_after ?? Number(response.headers.get("retry-after") ?? Number.NaN);
  return new Problem(
    response.status,
    code,
    body.title ?? `The server answered ${response.status}`,
    body.detail ?? "",
    body.fields ?? listed(body.errors),
    body.request_id ?? response.headers.get("x-request-id") ?? "",
    Number.isFinite(retry) ? retry : null,
    { ...body },
  );
}

async function bodyOf(response: Response): Promise<ProblemBody> {
  try {
    const body: unknown = await response.json();
    return body !== null && typeof body === "object" ? body : {};
  } catch {
    return {};
  }
}

/** `body.email` of the framework's list is the field `email`. */
function listed(errors: ProblemBody["errors"]): Fields {
  const found: Record<string, string> = {};
  for (const { where = "", message = "" } of errors ?? []) {
    found[where.replace(/^(body|query|path)\./, "")] ??= message;
  }
  return found;
}
