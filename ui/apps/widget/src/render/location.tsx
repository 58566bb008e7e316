/** @jsxImportSource preact */
/** A place, in words, with a link to a map. No map is loaded: that would tell a third party where the visitor looks. */

import type { JSX } from "preact";
import { usePanel } from "../components/context";
import { Icon } from "../components/icons";

export interface Place {
  latitude: number;
  longitude: number;
  title?: string;
  address?: string;
}

export function LocationView({ place }: { place: Place }): JSX.Element {
  const { words } = usePanel();
  const { latitude, longitude, title = "", address = "" } = place;
  const url = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  const degrees = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  return (
    <div class="place">
      <Icon name="pin" />
      <div>
        <strong dir="auto">{title || words.t("location.sent")}</strong>
        <span dir="auto">{address || degrees}</span>
        <a href={url} target="_blank" rel="noopener noreferrer">{words.t("location.open")}</a>
      </div>
    </div>
  );
}
