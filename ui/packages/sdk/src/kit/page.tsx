/** The frame of a page: title, purpose, actions, tabs. */
import { useEffect } from "react";
import type { ReactNode } from "react";
import { NavLink } from "react-router";

export type PageProps = {
  title: string;
  /** One line that says what the page is for. */
  purpose?: ReactNode;
  /** Buttons, the main one last. */
  actions?: ReactNode;
  children: ReactNode;
  /** Narrow pages are read, wide ones are worked in. */
  narrow?: boolean;
};

/** A page. Its title is that of the window. */
export function Page({ title, purpose, actions, children, narrow }: PageProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · Gutenbot`;
  }, [title]);
  return (
    <div className="gb-page" data-narrow={narrow ? "" : undefined}>
      <header className="gb-page-head">
        <div>
          <h1 tabIndex={-1}>
            <bdi>{title}</bdi>
          </h1>
          {purpose && (
            <p>
              <bdi>{purpose}</bdi>
            </p>
          )}
        </div>
        {actions && <div className="gb-page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a page, with a heading. */
export function Section({ title, children, actions, about }: { title: string; children: ReactNode; actions?: ReactNode; about?: ReactNode }): ReactNode {
  return (
    <section className="gb-section">
      <header>
        <div>
          <h2>{title}</h2>
          {about && <p>{about}</p>}
        </div>
        {actions}
      </header>
      {children}
    </section>
  );
}

/** A framed surface. */
export function Card({ children }: { children: ReactNode }): ReactNode {
  return <div className="gb-card">{children}</div>;
}

/** The tab that is open is in sight where not all fit. */
function inSight(nav: HTMLElement | null): void {
  const open = nav?.querySelector<HTMLElement>("[aria-current=page]");
  if (!nav || !open || nav.scrollWidth <= nav.clientWidth) return;
  const [frame, tab] = [nav.getBoundingClientRect(), open.getBoundingClientRect()];
  nav.scrollLeft += tab.left + tab.width / 2 - (frame.left + frame.width / 2);
}

/** Tabs that are addresses. */
export function PageTabs({ tabs, label }: { tabs: readonly { to: string; label: string; count?: number | undefined }[]; label: string }): ReactNode {
  return (
    <nav className="gb-tabs" aria-label={label} ref={inSight}>
      {tabs.map((tab) => (
        <NavLink key={tab.to} to={tab.to} end>
          {tab.label}
          {tab.count !== undefined && <span className="gb-count">{tab.count}</span>}
        </NavLink>
      ))}
    </nav>
  );
}
