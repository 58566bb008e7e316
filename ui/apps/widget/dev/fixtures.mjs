/** A picture, a sound, a film and a foreign page, made here so that nothing has to be fetched or stored. */

export const picture = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><rect width="320" height="180" fill="#f5e6d3"/><circle cx="160" cy="90" r="70" fill="#d99a4e"/><circle cx="160" cy="90" r="60" fill="#e8c15a"/><g fill="#b23a2e"><circle cx="135" cy="70" r="11"/><circle cx="185" cy="75" r="11"/><circle cx="150" cy="115" r="11"/><circle cx="190" cy="112" r="9"/></g><g fill="#3d7a3a"><circle cx="165" cy="92" r="5"/><circle cx="120" cy="100" r="5"/><circle cx="160" cy="58" r="5"/></g></svg>`);

export const sound = makeSound();

/** No encoder here: an empty film shows how a broken one looks. */
export const film = Buffer.alloc(0);

function makeSound() {
  const rate = 8000;
  const samples = rate;
  const wav = Buffer.alloc(44 + samples);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + samples, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(samples, 40);
  for (let at = 0; at < samples; at++) wav[44 + at] = 128 + 60 * Math.sin((2 * Math.PI * 660 * at) / rate) * Math.exp((-3 * at) / samples);
  return wav;
}

/** A page that embeds the chat; the query becomes `data-…` attributes of the script. */
export function site(port, query, kind) {
  const attributes = [...query].map(([name, value]) => `data-${name.replaceAll(/[^a-z-]/g, "")}="${value.replaceAll(/[^\w #.-]/g, "")}"`).join(" ");
  const script = `<script async src="http://localhost:${port}/w.js"`;
  const text = "<h1>Pizzeria Roma</h1><p>We bake since 1962. Our oven is hot from eleven to midnight.</p>".repeat(3).replaceAll("h1>", "h2>");
  const head = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Pizzeria Roma</title></head>`;
  if (kind === "inline") return `${head}<body><main><h1>Inline</h1>${script}></script><bot-chat bot="shop" mode="inline" ${attributes}></bot-chat></main></body></html>`;
  return `${head}<body><main><h1>A foreign site</h1>${text}</main>${script} data-bot="shop" ${attributes}></script></body></html>`;
}
