/** The shapes that the pages about content read are those that the server describes: this file does not compile otherwise. */
import type { AnswerOf, components } from "@gutenbot/api";
import { expect, it } from "vitest";
import type { ChannelInfo, Comment, ContentType, Exchange, Facets, Item, ItemLine, Json, Media, MediaDetails, Names, Preview, Problem, Release, Renamed, Revision, Saved, Sync } from "../src/features/content/types";

/** As the server sends it: what has a default is there, and what may be anything is JSON. */
type Sent<T> = unknown extends T ? Json : T extends (infer One)[] ? Sent<One>[] : T extends object ? { [Name in keyof T]-?: Sent<T[Name]> } : T;
type Server<Name extends keyof components["schemas"]> = Sent<components["schemas"][Name]>;

const SHAPES = {
  channel: (one: Sent<AnswerOf<"/api/v1/bots/{bot}/content/channels", "get">[number]>): Omit<ChannelInfo, "limits"> => one,
  comment: (one: Server<"CommentOut">): Omit<Comment, "path"> => one,
  type: (one: Server<"TypeOut">): Omit<ContentType, "schema" | "ui"> => one,
  exchange: (one: Server<"ImportOut">): Exchange => one,
  facets: (one: Server<"FacetsOut">): Facets => one,
  item: (one: Server<"ItemOut">): Item => one,
  line: (one: Server<"ItemLine">): ItemLine => one,
  media: (one: Server<"MediaOut">): Media => one,
  details: (one: Server<"MediaDetails">): MediaDetails => one,
  names: (one: Server<"NamesOut">): Names => one,
  preview: (one: Server<"PreviewOut">): Omit<Preview, "messages"> => one,
  problem: (one: Server<"ProblemOut">): Problem => one,
  release: (one: Server<"ReleaseOut">): Release => one,
  renamed: (one: Server<"RenamedOut">): Renamed => one,
  revision: (one: Server<"RevisionOut">): Revision => one,
  saved: (one: Server<"SavedOut">): Saved => one,
  sync: (one: Server<"SyncOut">): Sync => one,
};

it("are those of the server", () => {
  expect(Object.values(SHAPES).every((one) => typeof one === "function")).toBe(true);
});
