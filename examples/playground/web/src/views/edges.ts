/** Weights as lines: as wide as they are large, blue above zero and orange below. */
import { colourOf, css } from "../colours";
import { type Drawing, type Edge } from "./geometry";

export interface Weights {
  /** The weight of an edge; undefined where a unit gets its own and no other, as of a normalization. */
  (edge: Edge): number | undefined;
}

/** Draw every edge on `canvas`, whose size in CSS pixels is `width` x `drawing.height`. */
export function drawEdges(
  canvas: HTMLCanvasElement,
  drawing: Drawing,
  width: number,
  weights: Weights,
  range: number,
  chosen: Edge | null,
): void {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * ratio), Math.round(drawing.height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const paper = canvas.getContext("2d")!;
  paper.setTransform(ratio, 0, 0, ratio, 0, 0);
  paper.clearRect(0, 0, width, drawing.height);
  paper.lineCap = "round";
  const [above, below] = [css(colourOf(1)), css(colourOf(-1))];
  const neither = getComputedStyle(canvas).color;
  const { places, size } = drawing;
  for (let layer = 0; layer + 1 < places.length; layer++) {
    const x0 = places[layer][0].x + size / 2;
    const x1 = places[layer + 1][0].x - size / 2;
    const middle = (x0 + x1) / 2;
    places[layer].forEach((a, from) =>
      places[layer + 1].forEach((b, to) => {
        const weight = weights({ layer, from, to });
        if (weight === undefined && from !== to) return;
        const share = Math.min(1, Math.abs(weight || 0) / range);
        const isChosen = chosen?.layer === layer && chosen.from === from && chosen.to === to;
        paper.strokeStyle = weight === undefined || Number.isNaN(weight) ? neither : weight < 0 ? below : above;
        paper.globalAlpha = isChosen ? 1 : 0.18 + 0.72 * Math.sqrt(share);
        paper.lineWidth = 0.6 + 5 * share + (isChosen ? 2 : 0);
        paper.beginPath();
        paper.moveTo(x0, a.y);
        paper.bezierCurveTo(middle, a.y, middle, b.y, x1, b.y);
        paper.stroke();
      }),
    );
  }
  paper.globalAlpha = 1;
}

