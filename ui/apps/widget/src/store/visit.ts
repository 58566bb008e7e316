/** Who the visitor is here and which conversation goes on: the session, kept between visits and shared by all tabs. */

import { isJson, num, str } from "../protocol/frames";
import type { Bot, Config, Limits, Session, Summary } from "../protocol/session";
import { asSession } from "../protocol/session";
import type { Api, SessionRequest } from "../transport/http";
import { oneTabAtATime } from "../transport/tabs";
import type { Store } from "./storage";

/** A conversation this old is not painted from the cache: the server would not resume it either. */
const RESUME_MS = 6 * 3_600_000;

export interface Known {
  bot: Bot;
  config: Config;
  limits: Limits;
  conversations: Summary[];
  /** Empty when no conversation goes on. */
  current: string;
}

export class Visit {
  private ended = new Set<string>();
  private storedVisitor = "";
  private session: Session | null = null;

  constructor(
    private readonly name: string,
    private readonly api: Api,
    private readonly store: Store,
    private readonly now: () => number,
  ) {}

  /** What the last visit knew, for the first paint; null on a first visit. */
  async recall(): Promise<Known | null> {
    const [visitor, boot, current, ended] = await Promise.all(["visitor", "boot", "current", "ended"].map((key) => this.store.get(key)));
    this.storedVisitor = str(visitor);
    this.api.visitor = this.storedVisitor;
    this.ended = new Set(Array.isArray(ended) ? (ended as string[]) : []);
    if (!isJson(boot)) return null;
    const { bot, config, limits, conversations } = asSession(boot);
    return { bot, config, limits, conversations, current: this.fresh(current) };
  }

  /** A session with the server; a visitor without a conversation leaves no trace in the browser. */
  async begin(request: SessionRequest): Promise<Known> {
    return oneTabAtATime(`${this.name}/session`, async () => {
      await this.adoptStoredVisitor();
      const session = await this.api.session(request);
      this.session = session;
      if (this.storedVisitor !== "" || session.conversations.length > 0) await this.keepVisitor();
      const current = this.ended.has(session.conversation) ? "" : session.conversation;
      return { ...session, current };
    });
  }

  /** The conversation that goes on: one that another tab made since this moment, else a new one. */
  async ensureConversation(since: number): Promise<string> {
    return oneTabAtATime(`${this.name}/session`, async () => {
      await this.adoptStoredVisitor();
      const shared = await this.store.get("current");
      const made = isJson(shared) && num(shared.at) >= since ? this.fresh(shared) : "";
      return made === "" ? this.makeConversation() : made;
    });
  }

  private async makeConversation(): Promise<string> {
    const id = await this.api.createConversation();
    await this.keepVisitor();
    await this.goOn(id);
    return id;
  }

  async goOn(conversation: string): Promise<void> {
    await this.store.set("current", { id: conversation, at: this.now() });
  }

  /** This device does not resume it; it stays in the list. */
  async end(conversation: string): Promise<void> {
    this.ended.add(conversation);
    await this.store.set("ended", [...this.ended].slice(-50));
    await this.store.remove("current");
  }

  async forget(): Promise<void> {
    this.api.visitor = "";
    this.storedVisitor = "";
    this.ended.clear();
    await this.store.clear();
  }

  /** Another tab may have become a visitor first; all tabs are one. */
  private async adoptStoredVisitor(): Promise<void> {
    const stored = str(await this.store.get("visitor"));
    if (stored === "") return;
    this.storedVisitor = stored;
    this.api.visitor = stored;
  }

  private async keepVisitor(): Promise<void> {
    this.storedVisitor = this.api.visitor;
    await this.store.set("visitor", this.api.visitor);
    if (this.session === null) return;
    const { bot, config, limits, conversations } = this.session;
    await this.store.set("boot", { bot, config, limits, conversations });
  }

  private fresh(value: unknown): string {
    if (!isJson(value)) return "";
    const { id, at } = value;
    return this.now() - num(at) < RESUME_MS && !this.ended.has(str(id)) ? str(id) : "";
  }
}
