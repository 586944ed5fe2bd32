/** Which part of the plane is drawn: moved by dragging and by arrow keys, made smaller and larger. */
import { made, setLive } from "../state";

type Domain = [x0: number, x1: number, y0: number, y1: number];

export const MOVES: Record<string, [x: number, y: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

let isAsked = false; // one question at a time: a pointer moves faster than maps are computed
const set = async (domain: Domain | null) => {
  if (isAsked) return;
  isAsked = true;
  await setLive({ domain });
  isAsked = false;
};

/** Move by shares of what is seen, from `start`, or from where it is. */
export function moveBy(x: number, y: number, start: Domain = made.value!.layout.domain): void {
  const [x0, x1, y0, y1] = start;
  const [dx, dy] = [x * (x1 - x0), y * (y1 - y0)];
  void set([x0 + dx, x1 + dx, y0 + dy, y1 + dy]);
}

/** See `factor` times as much, around the same middle. */
export function zoomBy(factor: number): void {
  const [x0, x1, y0, y1] = made.value!.layout.domain;
  const [x, y, rx, ry] = [(x0 + x1) / 2, (y0 + y1) / 2, (factor * (x1 - x0)) / 2, (factor * (y1 - y0)) / 2];
  if (rx < 1e-3 || rx > 1e4) return;
  void set([x - rx, x + rx, y - ry, y + ry]);
}

export const showAll = () => void set(null);
