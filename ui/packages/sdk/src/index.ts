/** `@gutenbot/console`: what pages of the console are made of, those of modules too. */
export { Live, Problem, Unreachable } from "@gutenbot/api";
export type { Client, Page as ApiPage } from "@gutenbot/api";
export { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
export { useTranslation } from "react-i18next";
export { Link, useNavigate, useParams, useSearchParams } from "react-router";

export { defineModule, ModuleProvider, SDK, useModule } from "./module";
export type { ConsoleModule, Group, ModuleApi, ModuleContext, ModuleRequest } from "./module";

export { AnnounceProvider, useAnnounce } from "./hooks/announce";
export { useBot, useBotOrNone } from "./hooks/bot";
export type { BotChoice } from "./hooks/bot";
export { ConsoleProvider, may, useApi, useConsole, usePermission, usePreferences, useSession } from "./hooks/context";
export type { ConsoleContext, Environment, Preferences, SavedView, Session } from "./hooks/context";
export { useCursorList } from "./hooks/list";
export type { CursorList } from "./hooks/list";
export { useLive, useLiveState, useSay } from "./hooks/live";
export { ToastProvider, useToast } from "./hooks/toast";
export type { Toast } from "./hooks/toast";
export { useWrite } from "./hooks/write";
export type { WriteOptions } from "./hooks/write";

export { Avatar, CopyField, EnvChip, Facts, initials, SourceChip, Stat } from "./kit/bits";
export type { Source } from "./kit/bits";
export { Button, IconButton, LinkButton } from "./kit/button";
export type { ButtonProps, Intent } from "./kit/button";
export { CodeView, DiffView, JsonView, Ticked } from "./kit/code";
export { Chart } from "./kit/chart";
export type { ChartProps, ChartSeries } from "./kit/chart";
export { diffLines } from "./kit/diff";
export { Banner, EmptyState, ErrorCard, NoPermission, ProgressBar, Skeleton, StatusPill } from "./kit/feedback";
export type { EmptyKind, Tone } from "./kit/feedback";
export { CheckField, NumberField, PasswordField, SegmentedField, SelectField, SwitchField, TextAreaField, TextField } from "./kit/fields";
export type { Option } from "./kit/fields";
export { Keys, keyWords } from "./kit/keys";
export { ConfirmDialog, Dialog, Drawer, Menu } from "./kit/overlays";
export type { MenuEntry } from "./kit/overlays";
export { Card, Page, PageTabs, Section } from "./kit/page";
export { ago, exactly, ExactTime, RelativeTime } from "./kit/time";
export { Tooltip } from "./kit/tooltip";
export { Themed } from "./theme/themed";

export { SchemaField } from "./form/schema-field";
export { BodyForm } from "./form/body-form";
export type { BodyFormProps } from "./form/body-form";
export { SchemaForm } from "./form/schema-form";
export type { SchemaFormProps, ValueSource } from "./form/schema-form";
export { fieldsOf, isShown, mistakeIn } from "./form/schema";
export type { Field, JsonSchema } from "./form/schema";

export { CommandsProvider, useAllCommands, useCommands } from "./palette/commands";
export type { Command } from "./palette/commands";
export { CommandPalette } from "./palette/palette";
export { ShortcutHelp, ShortcutList } from "./shortcuts/help";
export { ShortcutsProvider, useShortcut, useShortcutList } from "./shortcuts/shortcuts";
export type { Shortcut } from "./shortcuts/shortcuts";
