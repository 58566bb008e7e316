/** The chat of one bot in one tab: takes what the visitor does and what the server says, and keeps the state that is shown. */

import type { ServerFrame } from "../protocol/frames";
import type { Entry, FormValue, VisitorEvent } from "../protocol/messages";
import type { Clock } from "../transport/clock";
import type { LinkState } from "../transport/connection";
import { backoffMs } from "../transport/backoff";
import type { Api, SessionRequest } from "../transport/http";
import { Refused } from "../transport/http";
import type { JoinTabs } from "../transport/tabs";
import type { LinkKind, OpenLink } from "../transport/link";
import { newId } from "./ids";
import { Line } from "./line";
import { Observable } from "./observable";
import { Reading } from "./reading";
import type { ChatState, Settings } from "./state";
import { initialState } from "./state";
import type { Store } from "./storage";
import { Thread } from "./thread";
import type { Known } from "./visit";
import { Visit } from "./visit";

export interface ChatParts {
  name: string;
  botId: string;
  api: Api;
  store: Store;
  clock: Clock;
  join: JoinTabs;
  kinds: readonly (readonly [LinkKind, OpenLink])[];
  request: SessionRequest;
  online?: () => boolean;
}

export type ChatEvent = { type: "message"; entry: Entry; more: boolean } | { type: "sent"; event: VisitorEvent };

/** A fault of the line shorter than this is not shown. */
const QUIET_FAULT_MS = 4_000;
const TYPING_EVERY_MS = 4_000;

export class Chat {
  readonly state: Observable<ChatState>;
  readonly line: Line;
  readonly api: Api;
  private readonly visit: Visit;
  private readonly reading: Reading;
  private readonly listeners = new Set<(event: ChatEvent) => void>();
  private request: SessionRequest;
  private draftSince: number;
  private begun = false;
  /** The server has said which conversation goes on; from here on only the visitor changes it. */
  private settled = false;
  private beginning: Promise<void> = Promise.resolve();
  private making: Promise<string> | null = null;
  private sessionFailures = 0;
  private typingToldAt = 0;
  private cancelFault: (() => void) | null = null;

  constructor(private readonly parts: ChatParts) {
    const { name, api, store, clock, botId } = parts;
    this.state = new Observable(initialState(botId));
    this.visit = new Visit(name, api, store, () => clock.now());
    this.api = api;
    this.request = parts.request;
    this.draftSince = clock.now();
    this.reading = new Reading(this.state, parts, {
      follow: (conversation, after) => this.line.follow(conversation, after),
      read: (conversation, n) => this.line.tell({ t: "read", conversation, n }),
      shown: (entry, more) => this.emit({ type: "message", entry, more }),
    });
    this.line = new Line(
      {
        frame: (frame) => this.hear(frame),
        state: (state) => this.lineIs(state),
        itemsChanged: () => this.showItems(),
        unknownVisitor: () => void this.unknownVisitor(),
        conversationMade: (id) => void this.madeElsewhere(id),
        wasReset: () => void this.afterReset(),
        position: () => this.reading.position(),
      },
      parts,
    );
  }

  /** Paints what is known, then asks the server. */
  async start(): Promise<void> {
    const settings = await this.parts.store.get("settings");
    if (typeof settings === "object") this.state.patch({ settings: { ...this.state.get().settings, ...(settings as Settings) } });
    const known = await this.visit.recall();
    await this.line.start();
    if (known !== null) await this.show(known, false);
    await this.begin();
  }

  on(listener: (event: ChatEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** `quietly`: without taking the focus. */
  open(quietly = false): void {
    this.state.patch({ takesFocus: !quietly });
    this.reading.opened();
    this.line.nudge();
    this.greet();
  }

  close(): void {
    this.reading.closed();
  }

  /** Sends words; they wait in the outbox until the server has them. */
  sendText(text: string): void {
    const body = text.trim();
    if (body !== "") this.send({ type: "message", body });
  }

  sendForm(formId: string, values: Record<string, FormValue>, secret: boolean): void {
    this.send({ type: "form", form_id: formId, values }, secret);
  }

  send(event: VisitorEvent, secret = false): void {
    const conversation = this.state.get().current;
    const at = this.parts.clock.now();
    this.reading.visitorWent();
    this.line.submit({ id: newId(), conversation, event, at, state: "sending", problem: "", attempts: 0, secret });
    this.emit({ type: "sent", event });
    if (conversation === "") void this.ensureConversation().catch((error: unknown) => this.draftRefused(error));
  }

  /** Tells the other side that the visitor writes, now and then. */
  typing(): void {
    const { current } = this.state.get();
    const now = this.parts.clock.now();
    if (current === "" || now - this.typingToldAt < TYPING_EVERY_MS) return;
    this.typingToldAt = now;
    this.line.tell({ t: "typing", conversation: current });
  }

  seen(): void {
    this.reading.seen();
  }

  loadEarlier(): Promise<void> {
    return this.reading.loadEarlier();
  }

  newConversation(): void {
    this.draftSince = this.parts.clock.now();
    this.reading.show(null);
    this.showItems();
    this.greet();
  }

  async openConversation(id: string): Promise<void> {
    await this.visit.goOn(id);
    await this.showConversation(id);
  }

  /** The bot's questions end, as far as the server can be reached; this device lets go of the conversation. The next one starts empty. */
  async end(): Promise<void> {
    const { current } = this.state.get();
    if (current !== "") {
      void this.parts.api.end(current).catch(() => undefined);
      await this.visit.end(current);
    }
    this.draftSince = this.parts.clock.now();
    this.reading.show(null);
    this.showItems();
  }

  async refreshConversations(): Promise<void> {
    try {
      if (this.parts.api.visitor !== "") this.state.patch({ conversations: await this.parts.api.conversations() });
    } catch {
      // The list that is shown stays.
    }
  }

  change(settings: Partial<Settings>): void {
    const changed = { ...this.state.get().settings, ...settings };
    this.state.patch({ settings: changed });
    void this.parts.store.set("settings", changed);
    if (settings.locale !== undefined) {
      this.request = { ...this.request, locale: settings.locale };
      void this.begin();
    }
  }

  /** The site says who its visitor is. */
  identify(userToken: string): void {
    this.request = { ...this.request, user_token: userToken };
    this.settled = false;
    if (this.begun) void this.begin();
  }

  /** Forgets the visitor on this device, in all tabs. */
  async reset(): Promise<void> {
    this.line.reset(true);
    await this.afterReset();
  }

  destroy(): void {
    this.reading.dispose();
    this.line.close();
    this.listeners.clear();
  }

  /** The conversation to write to, made when there is none. */
  ensureConversation(): Promise<string> {
    const { current } = this.state.get();
    if (current !== "") return Promise.resolve(current);
    this.making ??= this.make().finally(() => {
      this.making = null;
    });
    return this.making;
  }

  private async make(): Promise<string> {
    for (let failures = 0; ; failures++) {
      await this.beginning;
      try {
        const id = await this.visit.ensureConversation(this.draftSince);
        this.reading.show(new Thread(id));
        this.line.adopt(id);
        this.showItems();
        return id;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (error.status === 401 && failures === 0) this.beginAnew();
        else if (!error.temporary) throw error;
        await this.pause(Math.max(backoffMs(failures, this.parts.clock), error.retryAfterS * 1000));
      }
    }
  }

  /** No conversation can be made: what was written says so. */
  private draftRefused(error: unknown): void {
    const problem = error instanceof Refused ? error.code : "";
    for (const { id } of this.line.outbox.list("")) this.line.outbox.refused(id, problem);
    this.showItems();
  }

  private begin(): Promise<void> {
    this.beginning = this.askSession();
    return this.beginning;
  }

  private beginAnew(): void {
    this.parts.api.visitor = "";
    void this.begin();
  }

  private async askSession(): Promise<void> {
    this.begun = true;
    try {
      const known = await this.visit.begin(this.request);
      this.sessionFailures = 0;
      await this.show(known, true);
    } catch (error) {
      if (error instanceof Refused && error.code.endsWith("user-token") && this.withoutUserToken()) return this.askSession();
      if (error instanceof Refused && !error.temporary) {
        this.state.patch({ phase: "refused", problem: error.code || String(error.status) });
        return;
      }
      this.fault();
      await this.pause(backoffMs(this.sessionFailures++, this.parts.clock));
      await this.askSession();
    }
  }

  /** What the site says about its visitor is not accepted: the chat goes on with somebody unknown. */
  private withoutUserToken(): boolean {
    const { user_token, ...request } = this.request;
    this.request = request;
    return user_token !== undefined;
  }

  private async show(known: Known, fromServer: boolean): Promise<void> {
    const { bot, config, limits, conversations } = known;
    this.state.patch({ phase: "ready", bot, config, limits, conversations });
    const { current } = this.state.get();
    const moves = !fromServer || !this.settled;
    this.settled ||= fromServer;
    if (moves && known.current !== "" && known.current !== current && !this.hasDraft()) await this.showConversation(known.current);
    else if (fromServer && current === "" && this.hasDraft()) void this.ensureConversation().catch((error: unknown) => this.draftRefused(error));
    if (fromServer && known.current === "" && current !== "" && !conversations.some(({ id }) => id === current)) this.newConversation();
    if (fromServer) this.healed();
    if (fromServer) this.greet();
  }

  private hasDraft(): boolean {
    return this.line.outbox.list("").length > 0;
  }

  private async showConversation(id: string): Promise<void> {
    await this.reading.showStored(id);
    this.showItems();
  }

  /** A conversation that opens empty starts with the bot's start payload. */
  private greet(): void {
    const { open, phase, config, current } = this.state.get();
    if (!open || phase !== "ready" || current !== "" || config.start_payload === "" || this.hasDraft()) return;
    this.send({ type: "payload", payload: config.start_payload });
  }

  private hear(frame: ServerFrame): void {
    if (frame.t === "entry" && frame.entry.dir === "in") this.line.arrived(frame.entry.id);
    if (frame.t === "ack") this.line.outbox.acknowledged(frame.id);
    this.reading.hear(frame);
    if (frame.t === "entry" && frame.entry.dir === "in") this.uploadArrived(frame.entry.id);
    if (frame.t === "ack") this.showItems();
  }

  private uploadArrived(id: string): void {
    const { uploads } = this.state.get();
    if (uploads.some((upload) => upload.id === id)) this.state.patch({ uploads: uploads.filter((upload) => upload.id !== id) });
  }

  private showItems(): void {
    this.state.patch({ items: this.line.outbox.list(this.state.get().current) });
  }

  private lineIs(link: LinkState): void {
    this.state.patch({ link });
    if (link === "open") this.healed();
    else if (link !== "idle") this.fault();
  }

  private fault(): void {
    this.cancelFault ??= this.parts.clock.after(QUIET_FAULT_MS, () => this.state.patch({ disconnected: true }));
  }

  private healed(): void {
    this.cancelFault?.();
    this.cancelFault = null;
    this.state.patch({ disconnected: false });
  }

  private async unknownVisitor(): Promise<void> {
    this.line.pause();
    await this.visit.forget();
    this.startOver();
    await this.begin();
  }

  private startOver(): void {
    this.settled = false;
    this.draftSince = this.parts.clock.now();
    this.state.patch({ phase: "loading" });
    this.reading.show(null);
  }

  private async madeElsewhere(id: string): Promise<void> {
    if (this.state.get().current === "") await this.showConversation(id);
  }

  private async afterReset(): Promise<void> {
    await this.visit.forget();
    this.startOver();
    this.state.patch({ conversations: [], uploads: [] });
    await this.begin();
  }

  private emit(event: ChatEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((done) => void this.parts.clock.after(ms, done));
  }
}
