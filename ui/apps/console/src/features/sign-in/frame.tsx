/** The frame of the pages that are shown before anybody is signed in. */
import { useEffect } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { keepLook, keptLook } from "../../app/look";
import { languageFor, LANGUAGES, speak } from "../../i18n";

export function Alone({ title, about, children }: { title: string; about?: ReactNode; children: ReactNode }): ReactNode {
  useEffect(() => {
    document.title = `${title} · Gutenbot`;
  }, [title]);
  return (
    <main className="gb-alone">
      <div className="gb-alone-card">
        <img src="/console/icon.svg" alt="" width={40} height={40} />
        <h1>{title}</h1>
        {about && <p className="gb-faint">{about}</p>}
        {children}
      </div>
      <LanguageChoice />
    </main>
  );
}

function LanguageChoice(): ReactNode {
  const { t, i18n } = useTranslation();
  return (
    <nav className="gb-languages" aria-label={t("account.language")}>
      {LANGUAGES.map((one) => (
        <button
          key={one.id}
          type="button"
          lang={one.id}
          aria-pressed={i18n.language === one.id}
          onClick={() => {
            keepLook({ locale: one.id });
            void speak(one.id);
          }}
        >
          {one.name}
        </button>
      ))}
    </nav>
  );
}

/** The language of a new account: the one that the page speaks. */
export function newLocale(): string {
  return languageFor(keptLook().locale ?? navigator.language);
}

/** The secret part of a link, which stands after `#` so that no log sees it. */
export function tokenOfLink(): string {
  return decodeURIComponent(location.hash.replace(/^#/, ""));
}
