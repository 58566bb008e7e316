/** @jsxImportSource preact */
/** Cards side by side with scroll-snap, or one under the other. It never moves by itself. */

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { usePanel } from "../components/context";
import { Icon } from "../components/icons";
import type { Card } from "../protocol/messages";
import { CardView } from "./card";

export function CarouselView({ cards, layout }: { cards: readonly Card[]; layout: "carousel" | "list" }): JSX.Element {
  const { words } = usePanel();
  if (layout === "list" || cards.length < 2) {
    return <ul class="card-list" aria-label={words.t("carousel.label")}>{cards.map((card, index) => <li key={index}><CardView card={card} /></li>)}</ul>;
  }
  return <Track cards={cards} />;
}

function Track({ cards }: { cards: readonly Card[] }): JSX.Element {
  const { words } = usePanel();
  const track = useRef<HTMLUListElement>(null);
  const [index, setIndex] = useState(0);
  const go = (to: number) => track.current?.children[to]?.scrollIntoView({ block: "nearest", inline: "start" });
  const position = words.t("carousel.position", { index: index + 1, count: cards.length });
  return (
    <div class="carousel" role="group" aria-roledescription="carousel" aria-label={words.t("carousel.label")}>
      <ul class="carousel-track" ref={track} tabIndex={0} aria-label={words.t("carousel.label")} onScroll={() => setIndex(nearest(track.current))}>
        {cards.map((card, at) => <li key={at}><CardView card={card} /></li>)}
      </ul>
      <div class="carousel-steps">
        <button type="button" class="tool" disabled={index === 0} aria-label={words.t("carousel.previous")} onClick={() => go(index - 1)}><Icon name="back" flip /></button>
        <span>{position}</span>
        <button type="button" class="tool" disabled={index === cards.length - 1} aria-label={words.t("carousel.next")} onClick={() => go(index + 1)}><Icon name="next" flip /></button>
      </div>
    </div>
  );
}

/** The card at the start of the visible part; the last one when the track is at its end. */
function nearest(track: HTMLElement | null): number {
  if (track === null) return 0;
  const offset = Math.abs(track.scrollLeft);
  if (offset + track.clientWidth >= track.scrollWidth - 4) return track.children.length - 1;
  const first = track.children[0] as HTMLElement | undefined;
  const second = track.children[1] as HTMLElement | undefined;
  const step = Math.abs((second?.offsetLeft ?? 1) - (first?.offsetLeft ?? 0)) || 1;
  return Math.round(offset / step);
}
