/** @jsxImportSource preact */
/** One message of the bot as elements, by its type. Rare types are loaded when the first one comes. */

import type { JSX } from "preact";
import { usePanel } from "../components/context";
import type { Message } from "../protocol/messages";
import { Buttons } from "./buttons";
import { CardView } from "./card";
import { FileView } from "./file";
import { lazy } from "./lazy";
import { LocationView } from "./location";
import { Prose } from "./markdown-view";
import { messageText } from "./text";

const MediaView = lazy(() => import("./media").then((part) => part.MediaView));
const CarouselView = lazy(() => import("./carousel").then((part) => part.CarouselView));
const FormView = lazy(() => import("./form").then((part) => part.FormView));

export interface MessageProps {
  message: Message;
  /** The visitor answered after it: a form is closed. */
  answered: boolean;
}

export function MessageView({ message: sent, answered }: MessageProps): JSX.Element | null {
  const { words, config } = usePanel();
  const message = onTheWeb(sent);
  switch (message.type) {
    case "text":
    case "choices":
      return <Bubble message={message}><Prose text={message.text} markdown={config.markdown} /></Bubble>;
    case "buttons":
      return (
        <Bubble message={message}>
          <Prose text={message.text} markdown={config.markdown} />
          <Buttons buttons={message.buttons ?? []} />
        </Bubble>
      );
    case "image":
    case "audio":
    case "video":
      return <MediaView media={message} />;
    case "file":
      return <Bubble message={message}><FileView url={message.url} name={message.name} size={message.size ?? 0} /></Bubble>;
    case "location":
      return <Bubble message={message}><LocationView place={message} /></Bubble>;
    case "card":
      return <CardView card={message} />;
    case "carousel":
      return <CarouselView cards={message.cards ?? []} layout={message.layout ?? "carousel"} />;
    case "form":
      return <FormView form={message} answered={answered} />;
    case "typing":
      return null;
    default:
      return <Bubble message={message}><Prose text={messageText(message, words)} markdown={false} /></Bubble>;
  }
}

function Bubble({ message, children }: { message: Message; children: JSX.Element | (JSX.Element | null)[] }): JSX.Element {
  const style = message.extra?.web?.style ?? "";
  const named = /^[a-z][a-z0-9-]*$/.test(style) ? ` style-${style}` : "";
  return <div class={`bubble out${named}`} part={`bubble bubble-out${named}`}>{children}</div>;
}

/** What `extra.web` says to show instead, when it is a message of its own. */
function onTheWeb(message: Message): Message {
  const web = message.extra?.web;
  return web?.type === undefined ? message : (web as unknown as Message);
}

/** Whether there is anything to see: `typing`, and what only other channels understand, leave no trace. */
export function isVisible(message: Message): boolean {
  if (message.type === "typing") return false;
  if (message.type === "template" || message.type === "raw") return message.extra?.web?.type !== undefined;
  return true;
}
