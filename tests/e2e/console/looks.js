// What is wrong with how the page looks, and where its main parts are. An expression: Playwright calls the function.
() => {
  const MOST = 5;
  const root = document.documentElement;
  const width = root.clientWidth;
  const height = window.innerHeight;
  const shown = new Map();
  const isShown = (element) => {
    if (!shown.has(element)) shown.set(element, element.checkVisibility({ opacityProperty: true, visibilityProperty: true }));
    return shown.get(element);
  };
  const named = (element) => {
    const words = (element.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `${element.tagName.toLowerCase()}${[...element.classList].slice(0, 2).map((one) => `.${one}`).join("")} “${words}”`;
  };
  const meet = (a, b) => ({ left: Math.max(a.left, b.left), top: Math.max(a.top, b.top), right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom) });
  const isEmpty = (box) => box.right - box.left < 2 || box.bottom - box.top < 2;

  // What can be seen of what is in an element: `box` of its own and of all around it, `hard` when no scrolling shows the rest.
  const frames = new Map();
  const frameOf = (element) => {
    if (element === null || element === root || element === document.body) return { left: -1e6, top: -1e6, right: 1e6, bottom: 1e6, hard: [] };
    const known = frames.get(element);
    if (known) return known;
    const style = getComputedStyle(element);
    const around = style.position === "fixed" ? frameOf(null) : frameOf(element.parentElement);
    let found = around;
    if (style.overflowX !== "visible" || style.overflowY !== "visible" || style.clipPath !== "none") {
      const box = element.getBoundingClientRect();
      const hard = style.overflowX === "hidden" || style.overflowX === "clip" || style.overflowY === "hidden" || style.overflowY === "clip";
      const dots = style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
      found = { ...meet(around, box), hard: hard ? [...around.hard, { box, dots, element }] : around.hard };
    }
    frames.set(element, found);
    return found;
  };

  const runs = [];
  const clipped = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent === null || !node.data.trim() || /^(SCRIPT|STYLE|TEMPLATE|OPTION|NOSCRIPT|TITLE|TEXTAREA)$/.test(parent.tagName) || parent.closest("svg, .cm-editor") || !isShown(parent)) continue;
    const frame = frameOf(parent);
    if (isEmpty(frame)) continue; // only for those who listen
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (isEmpty(rect)) continue;
      for (const { box, dots, element } of frame.hard) {
        const aside = Math.max(box.left - rect.left, rect.right - box.right);
        const across = Math.max(box.top - rect.top, rect.bottom - box.bottom);
        const unseen = box.right - box.left < 2 || box.bottom - box.top < 2;
        if (!unseen && ((aside > 2 && !dots) || (across > rect.height / 3 && !dots && aside <= rect.width))) clipped.push(`${named(parent)} in ${named(element)}`);
      }
      const box = meet(rect, frame);
      if (!isEmpty(box)) runs.push({ ...box, parent });
    }
  }

  // Words over words: unless what is above hides what is below, as a bar that stays does.
  const overlaps = [];
  const opaque = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    return colour !== "transparent" && !/, 0\)$|\/ 0\)$/.test(colour) && !/, 0?\.\d+\)$|\/ 0?\.\d+\)$/.test(colour);
  };
  const hides = (a, b, x, y) => {
    const stack = document.elementsFromPoint(x, y);
    const [first, second] = [stack.indexOf(a.parent), stack.indexOf(b.parent)];
    if (first < 0 || second < 0) return y >= 0 && y < height && x >= 0 && x < width; // one of them is not there to be hit
    return stack.slice(Math.min(first, second), Math.max(first, second)).some(opaque);
  };
  runs.sort((a, b) => a.top - b.top);
  for (let i = 0; i < runs.length; i++) {
    for (let k = i + 1; k < runs.length && runs[k].top < runs[i].bottom; k++) {
      const [a, b] = [runs[i], runs[k]];
      if (a.parent === b.parent) continue;
      const both = meet(a, b);
      const least = Math.min(a.bottom - a.top, b.bottom - b.top);
      if (both.right - both.left < 3 || both.bottom - both.top < least * 0.4) continue;
      if (!hides(a, b, (both.left + both.right) / 2, (both.top + both.bottom) / 2)) overlaps.push(`${named(a.parent)} over ${named(b.parent)}`);
    }
  }

  // Titles, names of controls and heads of tables are never cut off with dots.
  const cut = [...document.querySelectorAll("h1, h2, h3, main button, main [role=tab], main label, main thead th, nav .gb-nav-word")]
    .filter((one) => isShown(one) && one.clientWidth > 2 && [one, ...one.querySelectorAll("*")].some((part) => getComputedStyle(part).textOverflow === "ellipsis" && part.scrollWidth > part.clientWidth + 1))
    .map(named);

  const place = (selector) => {
    const element = [...document.querySelectorAll(selector)].find((one) => isShown(one) && one.getBoundingClientRect().width > 0);
    if (!element) return null;
    const box = element.getBoundingClientRect();
    return [box.left / width, box.right / width, box.top / height, Math.min(box.bottom, height) / height].map((one) => Math.round(one * 1000) / 1000);
  };
  const title = document.querySelector("h1");
  return {
    wide: root.scrollWidth - root.clientWidth,
    clipped: clipped.slice(0, MOST),
    overlaps: overlaps.slice(0, MOST),
    cut: cut.slice(0, MOST),
    words: runs.length,
    titled: title !== null && title.getBoundingClientRect().top < height,
    places: { top: place(".gb-top"), side: place(".gb-sidebar"), main: place("main") },
  };
}
