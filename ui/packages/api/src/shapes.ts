/** Short names for what the server's description calls the things of the console. */
import type { components } from "./generated/schema";

/** As the server sends it: what has a default is always there. */
export type Solid<T> = T extends (infer One)[] ? Solid<One>[] : T extends object ? { [Name in keyof T]-?: Solid<T[Name]> } : T;
type Schema<Name extends keyof components["schemas"]> = Solid<components["schemas"][Name]>;

export type SignedIn = Schema<"Session">;
export type SignedOut = Schema<"SignedOut">;
export type SecondFactor = Schema<"SecondFactorWanted">;
export type SessionLine = Schema<"SessionOut">;
export type Person = Schema<"Person">;
export type Invite = Schema<"Invited">;
export type Role = Schema<"RoleOut">;
export type Permission = Schema<"PermissionOut">;
export type Key = Schema<"KeyOut">;
export type AuditLine = Schema<"LineOut">;
export type Passkey = Schema<"PasskeyOut">;
export type User = Schema<"UserOut">;
export type Summary = Schema<"SummaryOut">;
export type Entry = Schema<"EntryOut">;
export type FailedEvent = Schema<"DeadLetterOut">;
export type ModuleState = Schema<"ModuleOut">;
export type ModuleDetail = Schema<"ModuleDetail">;
export type SettingsSection = Schema<"SectionOut">;
export type ModulePackage = Schema<"PackageOut">;
export type InstalledModule = Schema<"InstalledOut">;
export type KnownModule = Schema<"KnownModule">;
export type ModuleWork = Schema<"WorkOut">;
export type Pipeline = Schema<"PipelineOut">;
export type PipelineStage = Schema<"PipelineStage">;
export type PipelineWrap = Schema<"PipelineWrap">;
export type StageName = PipelineStage["name"];
export type PipelineTrial = Schema<"PipelineTrial">;
export type PipelineTried = Schema<"PipelineTried">;
export type ModulePages = Schema<"ModulePages">;
export type ChannelLine = Schema<"ChannelInfo">;
export type PlaySession = Schema<"PlaySession">;
export type PlayBegun = Schema<"PlayBegun">;
export type PlayTurn = Schema<"PlayTurn">;
export type TurnDetails = Schema<"TurnOut">;
