/** Whatever goes wrong on a page of a module stays there, and says whose page it is. */
import { Button, ErrorCard, Section } from "@gutenbot/console";
import { Component } from "react";
import type { ErrorInfo, ReactNode } from "react";
import { useTranslation } from "react-i18next";

type Props = { module: string; children: ReactNode; onRetry?: () => void };

export class ModuleBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error: error ?? new Error("unknown") };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error(`module ${this.props.module}:`, error, info.componentStack);
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    const again = () => {
      this.props.onRetry?.();
      this.setState({ error: null });
    };
    return <ModuleFailed module={this.props.module} error={this.state.error} onRetry={again} />;
  }
}

/** The card in place of the page. */
export function ModuleFailed({ module, error, onRetry }: { module: string; error: unknown; onRetry?: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <div data-module-failed={module} role="alert">
      <Section title={t("modulePages.failed", { module })} about={t("modulePages.failedHelp")}>
        <ErrorCard error={error} />
        {onRetry && (
          <div className="gb-row">
            <Button onClick={onRetry}>{t("modulePages.again")}</Button>
          </div>
        )}
      </Section>
    </div>
  );
}
