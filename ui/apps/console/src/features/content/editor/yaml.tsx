/** The item as YAML, with colours, and with what is wrong at its place. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import type { Diagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useEffectEvent, useRef } from "react";
import type { ReactNode } from "react";
import type { Problem } from "../types";

/** `text` is what it begins with; from then on the editor has the newest. */
export type YamlProps = { text: string; label: string; problems: readonly Problem[]; locked: boolean; onChange: (text: string) => void };

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--gb-link)" },
  { tag: [tags.string, tags.content], color: "var(--gb-text)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], color: "var(--gb-human-text)" },
  { tag: tags.comment, color: "var(--gb-muted)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--gb-muted)" },
]);

const LOOK = EditorView.theme({
  "&": { color: "var(--gb-text)", backgroundColor: "var(--gb-surface)", fontSize: "13px", border: "1px solid var(--gb-control)", borderRadius: "6px" },
  "&.cm-focused": { outline: "2px solid var(--gb-focus)" },
  ".cm-content": { fontFamily: "ui-monospace, Menlo, Consolas, monospace", caretColor: "var(--gb-text)", minHeight: "16em" },
  ".cm-cursor": { borderLeftColor: "var(--gb-text)" },
  ".cm-gutters": { color: "var(--gb-muted)", backgroundColor: "var(--gb-sunken)", border: "0" },
  ".cm-activeLine": { backgroundColor: "var(--gb-hover)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--gb-selected)" },
  ".cm-tooltip": { color: "var(--gb-text)", backgroundColor: "var(--gb-raised)", border: "1px solid var(--gb-line)" },
});

/** The nonce of the page's policy for styles, where it has one. */
function nonce(): string {
  return document.querySelector<HTMLElement>("style[nonce], script[nonce]")?.nonce ?? "";
}

export default function YamlView({ text, label, problems, locked, onChange }: YamlProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useEffectEvent((next: string) => onChange(next));
  const first = useEffectEvent(() => text);
  useEffect(() => {
    if (host.current === null) return;
    const shadow = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
    const editor = new EditorView({
      parent: shadow as unknown as Element,
      root: shadow,
      state: EditorState.create({
        doc: first(),
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          indentUnit.of("  "),
          yaml(),
          syntaxHighlighting(COLOURS),
          LOOK,
          EditorView.cspNonce.of(nonce()),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label, dir: "ltr" }),
          EditorState.readOnly.of(locked),
          EditorView.editable.of(!locked),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, [label, locked]);
  useEffect(() => {
    const editor = view.current;
    if (editor !== null) editor.dispatch(setDiagnostics(editor.state, problems.map((one) => placed(one, editor.state))));
  }, [problems]);
  return <div className="gb-yaml" ref={host} />;
}

/** A problem at its place; one beyond the end of the text stands at the end. */
function placed(problem: Problem, state: EditorState): Diagnostic {
  const line = state.doc.line(Math.min(Math.max(1, problem.line), state.doc.lines));
  const from = Math.min(line.from + Math.max(0, problem.column - 1), line.to);
  const message = problem.hint ? `${problem.message}\n${problem.hint}` : problem.message;
  return { from, to: Math.max(from, line.to), severity: problem.severity, message };
}
