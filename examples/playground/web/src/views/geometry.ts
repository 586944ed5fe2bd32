/**
 * Where things stand in the drawing of a network: columns of units, and curves between them.
 *
 * A curve from (x0, y0) to (x1, y1) is a cubic whose control points lie halfway: at t it has gone
 * 3t² - 2t³ of its height. All curves between two columns reach an x at the same t, so that to find
 * the one under a pointer is one inversion and a comparison of heights.
 */

export interface Place {
  x: number; // the middle
  y: number;
}

export interface Drawing {
  size: number; // of a unit's square
  height: number;
  places: Place[][]; // [column][unit]
}

const HEAD = 62; // above the units: a column's name, its units, its activation

/** Columns of `units` units in a drawing `width` wide. */
export function layout(units: number[], width: number): Drawing {
  const tallest = Math.max(...units, 3);
  const apart = width / units.length; // from column to column
  const size = Math.max(20, Math.min(46, apart * 0.55, 460 / tallest - 15));
  const pitch = size + Math.max(13, Math.min(20, size * 0.42));
  const height = HEAD + Math.max(tallest * pitch, 150) + 8;
  const places = units.map((count, column) => {
    const top = HEAD + (height - HEAD - count * pitch) / 2;
    return Array.from({ length: count }, (_, unit) => ({
      x: apart * (column + 0.5),
      y: top + pitch * unit + size / 2,
    }));
  });
  return { size, height, places };
}

export const rise = (t: number) => t * t * (3 - 2 * t);

const along = (t: number, x0: number, x1: number) => {
  const middle = (x0 + x1) / 2;
  const s = 1 - t;
  return s * s * s * x0 + 3 * s * t * middle + t * t * t * x1;
};

/** The t at which curves from x0 to x1 reach x. */
export function timeAt(x: number, x0: number, x1: number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 20; i++) {
    const t = (low + high) / 2;
    if (along(t, x0, x1) < x) low = t;
    else high = t;
  }
  return (low + high) / 2;
}

export interface Edge {
  layer: number; // the column that it leads to, less one
  from: number;
  to: number;
}

/** The edge that passes within `reach` pixels of a point, if there is one. */
export function edgeAt(drawing: Drawing, x: number, y: number, reach = 7): Edge | null {
  const { places, size } = drawing;
  for (let layer = 0; layer + 1 < places.length; layer++) {
    const [left, right] = [places[layer], places[layer + 1]];
    const x0 = left[0].x + size / 2;
    const x1 = right[0].x - size / 2;
    if (x < x0 || x > x1) continue;
    const gone = rise(timeAt(x, x0, x1));
    let best: Edge | null = null;
    let distance = reach;
    left.forEach((a, from) =>
      right.forEach((b, to) => {
        const away = Math.abs(a.y + (b.y - a.y) * gone - y);
        if (away < distance) [best, distance] = [{ layer, from, to }, away];
      }),
    );
    return best;
  }
  return null;
}
