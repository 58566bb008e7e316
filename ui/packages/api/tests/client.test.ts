import { describe, expect, it, vi } from "vitest";
import { addressOf, createClient, Problem, Unreachable } from "../src";

type Sent = { url: string; init: RequestInit };

/** A server that answers everything with the same, and remembers what came. */
function answering(status: number, body: unknown, headers: Record<string, string> = {}) {
  const sent: Sent[] = [];
  const fake: typeof fetch = (url, init) => {
    sent.push({ url: url instanceof Request ? url.url : url.toString(), init: init ?? {} });
    const text = body === undefined ? null : JSON.stringify(body);
    return Promise.resolve(new Response(text, { status, headers: { "content-type": "application/json", ...headers } }));
  };
  return { fake, sent };
}

describe("the client", () => {
  it("fills the path, leaves empty parameters out, and repeats lists", () => {
    const address = addressOf("/api/v1/bots/{bot}/users", { path: { bot: "a/b" }, query: { tag: ["x", "y"], after: "", limit: 5 } });
    expect(address).toBe("/api/v1/bots/a%2Fb/users?tag=x&tag=y&limit=5");
  });

  it("sends the word against forgery and the idempotency key with writes only", async () => {
    const { fake, sent } = answering(200, { items: [], next: null });
    const client = createClient({ fetch: fake, csrf: () => "word" });
    await client.get("/api/v1/keys");
    await client.put("/api/v1/session/view-as", { body: { role: null }, idempotencyKey: "k1" });
    const [read, write] = sent.map((one) => one.init.headers as Record<string, string>);
    expect(read).not.toHaveProperty("X-CSRF-Token");
    expect(write).toMatchObject({ "X-CSRF-Token": "word", "Idempotency-Key": "k1", "Content-Type": "application/json" });
  });

  it("raises what the server says, with the fields it names", async () => {
    const { fake } = answering(422, { type: "urn:gutenbot:error:http.invalid", title: "No", detail: "email: wrong", status: 422, fields: { email: "wrong" }, request_id: "r1" });
    const error = await createClient({ fetch: fake }).get("/api/v1/keys").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ status: 422, code: "http.invalid", fields: { email: "wrong" }, requestId: "r1", temporary: false });
  });

  it("makes a problem of an answer that a proxy gave instead", async () => {
    const fake: typeof fetch = () => Promise.resolve(new Response("<html>Bad Gateway</html>", { status: 502 }));
    await expect(createClient({ fetch: fake }).get("/api/v1/keys")).rejects.toMatchObject({ status: 502, code: "http.502" });
  });

  it("says when nobody is signed in any more", async () => {
    const onSignedOut = vi.fn();
    const { fake } = answering(401, { code: "http.unauthenticated" });
    await expect(createClient({ fetch: fake, onSignedOut }).get("/api/v1/keys")).rejects.toBeInstanceOf(Problem);
    expect(onSignedOut).toHaveBeenCalledOnce();
  });

  it("tells a server that is away from one that refuses", async () => {
    const fake: typeof fetch = () => Promise.reject(new TypeError("network"));
    await expect(createClient({ fetch: fake }).get("/api/v1/keys")).rejects.toBeInstanceOf(Unreachable);
  });

  it("gives nothing for an answer without a body", async () => {
    const fake: typeof fetch = () => Promise.resolve(new Response(null, { status: 204 }));
    await expect(createClient({ fetch: fake }).delete("/api/v1/session")).resolves.toBeUndefined();
  });
});
