/** Carries files to the server with progress; a file can be stopped and tried again, always under one id. */

import { newId } from "../store/ids";
import type { Observable } from "../store/observable";
import type { ChatState, Upload } from "../store/state";
import { parseJson } from "../protocol/frames";
import type { Api } from "./http";
import { refusal } from "./http";

export interface UploadHost {
  readonly state: Observable<ChatState>;
  readonly api: Api;
  ensureConversation(): Promise<string>;
}

export class Carrier {
  private readonly files = new Map<string, File>();
  private readonly requests = new Map<string, XMLHttpRequest>();

  constructor(
    private readonly host: UploadHost,
    private readonly open: () => XMLHttpRequest = () => new XMLHttpRequest(),
  ) {}

  send(file: File): void {
    const id = newId();
    this.files.set(id, file);
    const upload: Upload = { id, name: file.name, size: file.size, progress: 0, state: "sending", problem: "" };
    void this.host.ensureConversation().then(
      (conversation) => {
        this.host.state.patch({ uploads: [...this.host.state.get().uploads, upload] });
        this.carry(conversation, id, file);
      },
      () => undefined,
    );
  }

  retry(id: string): void {
    const file = this.files.get(id);
    if (file === undefined) return;
    this.change(id, { state: "sending", problem: "", progress: 0 });
    void this.host.ensureConversation().then((conversation) => this.carry(conversation, id, file));
  }

  cancel(id: string): void {
    this.requests.get(id)?.abort();
    this.forget(id);
    this.host.state.patch({ uploads: this.host.state.get().uploads.filter((upload) => upload.id !== id) });
  }

  private carry(conversation: string, id: string, file: File): void {
    const request = this.open();
    this.requests.set(id, request);
    request.upload.onprogress = (event) => this.change(id, { progress: event.total > 0 ? event.loaded / event.total : 0 });
    request.onerror = () => this.change(id, { state: "failed", problem: "network" });
    request.onload = () => this.answered(id, request);
    request.open("POST", this.host.api.uploadUrl(conversation, id, file.name));
    for (const [name, value] of Object.entries(this.host.api.headers())) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    request.send(file);
  }

  private answered(id: string, request: XMLHttpRequest): void {
    if (request.status >= 200 && request.status < 300) {
      this.forget(id);
      this.change(id, { state: "sent", progress: 1 });
      return;
    }
    const refused = refusal(request.status, parseJson(request.responseText));
    const code = request.status === 413 ? "too-large" : request.status === 415 ? "file-type" : refused.code;
    this.change(id, { state: "failed", problem: code });
  }

  private change(id: string, change: Partial<Upload>): void {
    const { uploads } = this.host.state.get();
    this.host.state.patch({ uploads: uploads.map((upload) => (upload.id === id ? { ...upload, ...change } : upload)) });
  }

  private forget(id: string): void {
    this.files.delete(id);
    this.requests.delete(id);
  }
}
