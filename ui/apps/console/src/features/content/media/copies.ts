/** Smaller copies of pictures, made by this browser: channels and small screens get no more than they need. */

const WIDTHS = [320, 640, 1280] as const;
const DRAWN: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/webp"]);
const QUALITY = 0.85;

/** The copies that a picture needs; none for what is no picture, moves, or is small already. */
export async function copiesOf(file: File): Promise<Blob[]> {
  if (!DRAWN.has(file.type)) return [];
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture === null) return [];
  const made: Blob[] = [];
  for (const width of WIDTHS.filter((one) => one < picture.width)) {
    const blob = await drawn(picture, width, file.type);
    if (blob !== null && blob.size < file.size) made.push(blob);
  }
  picture.close();
  return made;
}

function drawn(picture: ImageBitmap, width: number, type: string): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = Math.max(1, Math.round((picture.height * width) / picture.width));
  const context = canvas.getContext("2d");
  if (context === null) return Promise.resolve(null);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
}
