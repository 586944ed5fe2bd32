/** Levels as pixels. The first row is the top, where y is greatest. */
import type { HeatMap } from "../protocol";

/** Paint `levels` (columns x rows) on `canvas`, one pixel each. */
export function paintMap(
  canvas: HTMLCanvasElement,
  columns: number,
  rows: number,
  levels: Uint8Array,
  colours: Uint32Array,
): void {
  const { image, pixels } = ground(canvas, columns, rows);
  for (let at = 0; at < levels.length; at++) pixels[at] = colours[levels[at]];
  canvas.getContext("2d")!.putImageData(image, 0, 0);
}

/** Several classes: each pixel has the colour of the one that leads, the paler the less it leads by. */
export function paintClasses(
  canvas: HTMLCanvasElement,
  columns: number,
  rows: number,
  maps: HeatMap[],
  colours: Uint32Array[], // of each class, from 0 to 1 in 256 levels
  discrete: boolean,
): void {
  const { image, pixels } = ground(canvas, columns, rows);
  for (let at = 0; at < pixels.length; at++) {
    let best = 0;
    let most = -Infinity;
    maps.forEach(({ offset, scale, levels }, one) => {
      const value = offset + scale * levels[at];
      if (value > most) [best, most] = [one, value];
    });
    const share = Math.max(0, Math.min(1, most));
    pixels[at] = colours[best][discrete ? 255 : Math.round(255 * share)];
  }
  canvas.getContext("2d")!.putImageData(image, 0, 0);
}

interface Ground {
  image: ImageData;
  pixels: Uint32Array;
}
const grounds = new WeakMap<HTMLCanvasElement, Ground>();

function ground(canvas: HTMLCanvasElement, columns: number, rows: number): Ground {
  let made = grounds.get(canvas);
  if (made?.image.width !== columns || made.image.height !== rows) {
    [canvas.width, canvas.height] = [columns, rows];
    const image = new ImageData(columns, rows);
    made = { image, pixels: new Uint32Array(image.data.buffer) };
    grounds.set(canvas, made);
  }
  return made;
}
