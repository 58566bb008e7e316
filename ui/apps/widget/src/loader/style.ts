/** The look of the launcher and the place of the panel, for a constructed style sheet: no CSP has to allow it. */

export const STYLE = `
:host{all:initial;--a:var(--gb-accent,#0b6e7f);--i:var(--gb-on-accent,#fff);font:500 14px/1.4 system-ui,sans-serif;position:fixed;z-index:2147483000;inset-block-end:calc(20px + env(safe-area-inset-bottom));inset-inline-end:calc(20px + env(safe-area-inset-right))}
:host([data-side=start]){inset-inline:calc(20px + env(safe-area-inset-left)) auto}
button{font:inherit;cursor:pointer;border:0}
.launcher{position:relative;display:flex;align-items:center;justify-content:center;gap:8px;min-inline-size:56px;block-size:56px;margin-inline-start:auto;padding:0 16px;border-radius:28px;background:var(--a);color:var(--i);box-shadow:0 4px 16px #0003}
.launcher:not(.wide){inline-size:56px;padding:0}
:host([data-side=start]) .launcher{margin-inline:0 auto}
svg{inline-size:26px;block-size:26px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
:focus-visible{outline:3px solid var(--a);outline-offset:3px}
.badge{position:absolute;inset:-4px -4px auto auto;min-inline-size:20px;box-sizing:border-box;padding:0 5px;border-radius:10px;background:#b3261e;color:#fff;font-size:12px;line-height:20px;text-align:center}
.teaser{position:absolute;inset-block-end:68px;inset-inline-end:0;inline-size:max-content;max-inline-size:min(280px,calc(100vw - 40px));display:flex;align-items:start;background:#fff;color:#1b2126;border:1px solid #d8dee3;border-radius:12px;box-shadow:0 4px 16px #0002}
:host([data-side=start]) .teaser{inset-inline:0 auto}
.teaser button{background:none;color:inherit;padding:10px 0 10px 14px;text-align:start}
.teaser .x{padding:6px 12px;min-inline-size:44px;min-block-size:44px;text-align:center}
iframe{position:absolute;inset-block-end:72px;inset-inline-end:0;inline-size:400px;block-size:min(704px,calc(100vh - 100px));max-inline-size:calc(100vw - 40px);border:1px solid #0002;border-radius:14px;box-shadow:0 8px 40px #0004;background:Canvas;color-scheme:light dark}
:host([data-side=start]) iframe{inset-inline:0 auto}
[hidden]{display:none!important}
@media(max-width:479px){iframe{position:fixed;inset:0;inline-size:100%;block-size:100%;max-inline-size:none;border:0;border-radius:0}.open .launcher{visibility:hidden}}
@media(prefers-reduced-motion:no-preference){iframe{animation:in .12s ease-out}@keyframes in{from{opacity:0;transform:translateY(8px)}}}
@media(forced-colors:active){.launcher{border:2px solid ButtonText}}
`;
