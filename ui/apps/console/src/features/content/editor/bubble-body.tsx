/** The fields of one message, by its kind. What a form cannot show stays as it is and can be changed as YAML. */
import { Button, IconButton, NumberField, TextField } from "@gutenbot/console";
import { Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Json } from "../types";
import { changed, isEntry, replaced, wordsOf } from "../model/value";
import type { Entry, Kind } from "../model/value";
import { Cards, CardFields } from "./cards";
import { useEditing, useProblemAt } from "./context";
import { FormFields } from "./form-fields";
import { MediaField } from "./media-field";
import { Buttons, Choices } from "./offers";
import { WordsField } from "./words-field";

export type PartProps = { entry: Entry; path: string; onChange: (entry: Entry) => void };

export function BubbleBody({ entry, kind, path, onChange }: PartProps & { kind: Kind }): ReactNode {
  const part = { entry, path, onChange };
  switch (kind) {
    case "text":
      return (
        <>
          <Texts {...part} />
          {"buttons" in entry && <Buttons node={entry.buttons} path={`${path}.buttons`} onChange={(node) => onChange(changed(entry, "buttons", node))} />}
          <Choices {...part} />
        </>
      );
    case "image":
    case "audio":
    case "video":
      return <Media {...part} kind={kind} />;
    case "file":
      return <File {...part} />;
    case "card":
      return <CardFields card={isEntry(entry.card) ? entry.card : {}} path={`${path}.card`} onChange={(card) => onChange(changed(entry, "card", card))} />;
    case "carousel":
    case "list":
      return <Cards node={entry[kind]} path={`${path}.${kind}`} onChange={(node) => onChange(changed(entry, kind, node))} />;
    case "location":
      return <Location {...part} />;
    case "form":
      return <FormFields form={isEntry(entry.form) ? entry.form : {}} path={`${path}.form`} onChange={(form) => onChange(changed(entry, "form", form))} />;
    case "template":
      return <Template {...part} />;
    case "pause":
      return <Pause {...part} />;
    case "raw":
      return <OnlyYaml />;
  }
}

/** What only the YAML view can change. */
export function OnlyYaml(): ReactNode {
  const { t } = useTranslation("content");
  return <p className="gb-faint">{t("bubble.onlyYaml")}</p>;
}

/** Words, or several of which one is said at random. */
function Texts({ entry, path, onChange }: PartProps): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const several = Array.isArray(entry.text);
  const texts: readonly Json[] = Array.isArray(entry.text) ? (entry.text as readonly Json[]) : [entry.text ?? ""];
  const write = (next: readonly Json[]) => onChange(changed(entry, "text", next.length === 1 && !several ? next[0] : next.length === 1 ? next[0] : next));
  return (
    <div className="gb-stack">
      {several && <p className="gb-faint">{t("bubble.oneOf", { count: texts.length })}</p>}
      {texts.map((text, index) => (
        <div key={index} className="gb-with-tool">
          <WordsField
            label={several ? t("bubble.variant", { n: index + 1 }) : t("field.text")}
            path={several ? `${path}.text.${index}` : `${path}.text`}
            value={wordsOf(text)}
            onChange={(value) => write(replaced(texts, index, value))}
            required
          />
          {several && !locked && <IconButton icon={Trash2} label={t("bubble.removeVariant", { n: index + 1 })} onClick={() => write(texts.filter((_, at) => at !== index))} />}
        </div>
      ))}
      {!locked && (
        <div>
          <Button small intent="quiet" icon={Plus} onClick={() => write([...texts, ""])}>
            {t("bubble.addVariant")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Media({ entry, path, onChange, kind }: PartProps & { kind: "image" | "audio" | "video" }): ReactNode {
  const { t } = useTranslation("content");
  const caption = "caption" in entry || !("text" in entry) ? "caption" : "text";
  return (
    <div className="gb-stack">
      <MediaField label={t(`kind.${kind}`)} kind={kind} path={`${path}.${kind}`} value={wordsOf(entry[kind])} onChange={(value, alt) => onChange({ ...changed(entry, kind, value), ...(alt && wordsOf(entry.alt) === "" && { alt }) })} />
      <WordsField line label={t(kind === "image" ? "field.alt" : "field.transcript")} help={kind === "image" ? t("field.altHelp") : undefined} path={`${path}.alt`} value={wordsOf(entry.alt)} onChange={(value) => onChange(changed(entry, "alt", value))} />
      <WordsField line label={t("field.caption")} path={`${path}.${caption}`} value={wordsOf(entry[caption])} onChange={(value) => onChange(changed(entry, caption, value === "" ? undefined : value))} />
    </div>
  );
}

function File({ entry, path, onChange }: PartProps): ReactNode {
  const { t } = useTranslation("content");
  return (
    <div className="gb-stack">
      <MediaField label={t("kind.file")} kind="file" path={`${path}.file`} value={wordsOf(entry.file)} onChange={(value) => onChange(changed(entry, "file", value))} />
      <WordsField line label={t("field.fileName")} path={`${path}.name`} value={wordsOf(entry.name)} onChange={(value) => onChange(changed(entry, "name", value === "" ? undefined : value))} />
    </div>
  );
}

function Location({ entry, path, onChange }: PartProps): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const place = isEntry(entry.location) ? entry.location : {};
  const set = (name: string, value: Json | undefined) => onChange(changed(entry, "location", changed(place, name, value)));
  const degrees = (name: "latitude" | "longitude", most: number) => {
    const value = place[name];
    return <NumberField label={t(`field.${name}`)} value={typeof value === "number" ? value : null} min={-most} max={most} step="any" unit="°" disabled={locked} onChange={(next) => set(name, next ?? 0)} />;
  };
  return (
    <div className="gb-stack" data-path={`${path}.location`}>
      <div className="gb-pair">
        {degrees("latitude", 90)}
        {degrees("longitude", 180)}
      </div>
      <WordsField line label={t("field.title")} path={`${path}.location.title`} value={wordsOf(place.title)} onChange={(value) => set("title", value)} />
      <WordsField line label={t("field.address")} path={`${path}.location.address`} value={wordsOf(place.address)} onChange={(value) => set("address", value === "" ? undefined : value)} />
    </div>
  );
}

function Template({ entry, path, onChange }: PartProps): ReactNode {
  const { t } = useTranslation("content");
  const template = isEntry(entry.template) ? entry.template : {};
  const parameters = isEntry(template.parameters) ? template.parameters : {};
  const set = (name: string, value: Json) => onChange(changed(entry, "template", changed(template, name, value)));
  return (
    <div className="gb-stack">
      <WordsField line label={t("field.templateName")} help={t("field.templateHelp")} path={`${path}.template.name`} value={wordsOf(template.name)} onChange={(value) => set("name", value)} required />
      {Object.entries(parameters).map(([name, value]) => (
        <WordsField key={name} line label={name} path={`${path}.template.parameters.${name}`} value={wordsOf(value)} onChange={(next) => set("parameters", changed(parameters, name, next))} />
      ))}
    </div>
  );
}

function Pause({ entry, path, onChange }: PartProps): ReactNode {
  const { t } = useTranslation("content");
  const { locked } = useEditing();
  const name = "typing" in entry ? "typing" : "wait";
  return <TextField label={t(`field.${name}`)} help={t("field.durationHelp")} value={wordsOf(entry[name])} onChange={(value) => onChange(changed(entry, name, value))} error={useProblemAt(`${path}.${name}`)} dir="ltr" disabled={locked} />;
}
