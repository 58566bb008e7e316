import { beforeEach, describe, expect, test } from "vitest";
import { Observable } from "../src/store/observable";
import type { ChatState } from "../src/store/state";
import { initialState } from "../src/store/state";
import { Api } from "../src/transport/http";
import { Carrier } from "../src/transport/upload";
import { settle } from "./fakes";

class Request {
  upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null } = { onprogress: null };
  onerror: (() => void) | null = null;
  onload: (() => void) | null = null;
  status = 0;
  responseText = "";
  url = "";
  aborted = false;
  headers: Record<string, string> = {};
  open(_method: string, url: string): void {
    this.url = url;
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  send(): void {
    this.upload.onprogress?.({ loaded: 1, total: 4 });
  }
  abort(): void {
    this.aborted = true;
  }
  answer(status: number, json: object): void {
    this.status = status;
    this.responseText = JSON.stringify(json);
    this.onload?.();
  }
}

describe("an upload", () => {
  let requests: Request[];
  let state: Observable<ChatState>;
  let carrier: Carrier;
  const upload = () => state.get().uploads[0];
  const request = () => requests.at(-1) ?? expect.fail("no request");

  beforeEach(async () => {
    requests = [];
    state = new Observable(initialState("shop"));
    const api = new Api("/web/shop");
    api.visitor = "v";
    carrier = new Carrier({ state, api, ensureConversation: () => Promise.resolve("c") }, () => requests[requests.push(new Request()) - 1] as unknown as XMLHttpRequest);
    carrier.send(new File(["abcd"], "a b.txt", { type: "text/plain" }));
    await settle();
  });

  test("says how far it is, with the visitor's token and the file's type", () => {
    expect(upload()).toMatchObject({ name: "a b.txt", size: 4, progress: 0.25, state: "sending" });
    expect(request().headers).toEqual({ Authorization: "Visitor v", "Content-Type": "text/plain" });
    expect(request().url).toBe(`/web/shop/conversations/c/files?id=${upload()?.id ?? ""}&name=a%20b.txt`);
  });

  test("can be stopped", () => {
    carrier.cancel(upload()?.id ?? "");
    expect(request().aborted).toBe(true);
    expect(state.get().uploads).toEqual([]);
  });

  test("is tried again under the same id", async () => {
    const { url } = request();
    request().onerror?.();
    expect(upload()).toMatchObject({ state: "failed", problem: "network" });
    carrier.retry(upload()?.id ?? "");
    await settle();
    expect(request().url).toBe(url);
    request().answer(200, { n: 1, duplicate: false });
    expect(upload()?.state).toBe("sent");
  });

  test("says why the server refused it", () => {
    request().answer(413, {});
    expect(upload()).toMatchObject({ state: "failed", problem: "too-large" });
  });
});
