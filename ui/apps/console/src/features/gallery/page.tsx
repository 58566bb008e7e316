/** Every component of the kit at a glance; only in builds for development. */
import { Page, Section } from "@gutenbot/console";
import type { ReactNode } from "react";
import { STORIES } from "@gutenbot/console/stories";

export default function GalleryPage(): ReactNode {
  return (
    <Page title="Gallery" purpose="Every component of the kit, as it is used.">
      {STORIES.filter((story) => story.alone !== true).map(({ name, Story }) => (
        <Section key={name} title={name}>
          <Story />
        </Section>
      ))}
    </Page>
  );
}
