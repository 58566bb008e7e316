/** @jsxImportSource preact */
/** A card: picture, title, subtitle and buttons. */

import type { JSX } from "preact";
import { usePanel } from "../components/context";
import type { Card } from "../protocol/messages";
import { Buttons } from "./buttons";
import { safeLink, safeMedia } from "./urls";

export function CardView({ card }: { card: Card }): JSX.Element {
  const { base } = usePanel();
  const picture = card.image ? safeMedia(card.image, base) : null;
  const href = card.url ? safeLink(card.url, base) : null;
  return (
    <div class="card" part="card">
      {picture !== null && <img src={picture} alt={card.alt ?? ""} loading="lazy" />}
      <div class="card-text">
        <strong dir="auto">
          {href === null ? card.title : <a href={href} target="_blank" rel="noopener noreferrer nofollow">{card.title}</a>}
        </strong>
        {card.subtitle !== undefined && card.subtitle !== "" && <span dir="auto">{card.subtitle}</span>}
      </div>
      <Buttons buttons={card.buttons ?? []} />
    </div>
  );
}
