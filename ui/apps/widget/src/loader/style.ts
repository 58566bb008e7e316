/** The look of the launcher and the place of the panel, for a constructed style sheet: no CSP has to allow it. */

export const STYLE = `:host{all:initial;font:500 14px system-ui;position:fixed;z-index:2147483000;inset-block-end:calc(20px + env(safe-area-inset-bottom));inset-inline-end:20px;--a:var(--gb-accent,#0b6e7f)}
:host([data-side=start]){inset-inline:20px auto}
button{font:inherit;cursor:pointer;border:0;background:0;color:inherit}
.l{position:relative;display:flex;align-items:center;justify-content:center;gap:8px;min-inline-size:56px;block-size:56px;padding:0 15px;border-radius:28px;background:var(--a);color:var(--gb-on-accent,#fff);box-shadow:0 8px 40px #0004}
svg{inline-size:26px;fill:none;stroke:currentColor;stroke-width:2;}
:focus-visible{outline:3px solid var(--a);outline-offset:3px}
.b{position:absolute;inset:-4px -4px auto auto;padding:0 6px;border-radius:10px;background:#b3261e;color:#fff;font-size:12px;line-height:20px}
.t,iframe{position:absolute;inset-block-end:72px;inset-inline-end:0;max-inline-size:calc(100vw - 40px);box-shadow:0 8px 40px #0004;border:1px solid #8886;border-radius:14px}
:host([data-side=start]) :is(.t,iframe){inset-inline:0 auto}
.t{inline-size:max-content;display:flex;background:#fff;color:#222}
.t button{padding:12px 14px;text-align:start;max-inline-size:260px}
iframe{inline-size:400px;block-size:min(704px,100vh - 100px);background:Canvas}
[hidden]{display:none!important}
@media(max-width:479px){iframe{position:fixed;inset:0!important;inline-size:100%;block-size:100%;max-inline-size:none;border:0;border-radius:0}.o .l{visibility:hidden}}
@media(forced-colors:active){.l{border:2px solid}}`;
