/** A sign for each kind of message. */
import { Braces, Clock3, CreditCard, FileText, FormInput, Film, GalleryHorizontal, Image, LayoutTemplate, List, MapPin, MessageSquare, Music } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { Kind } from "../model/value";

export const KIND_ICONS: Record<Kind, LucideIcon> = {
  text: MessageSquare,
  image: Image,
  audio: Music,
  video: Film,
  file: FileText,
  card: CreditCard,
  carousel: GalleryHorizontal,
  list: List,
  location: MapPin,
  form: FormInput,
  template: LayoutTemplate,
  raw: Braces,
  pause: Clock3,
};
