/** Points on the plane: a colour and a mark for each class, a colour for each real number. */
import { classColour, colourOf, css } from "../colours";
import type { Made } from "../protocol";

const MARKS: ((paper: CanvasRenderingContext2D, x: number, y: number, r: number) => void)[] = [
  (paper, x, y, r) => paper.arc(x, y, r, 0, 2 * Math.PI),
  (paper, x, y, r) => paper.rect(x - 0.88 * r, y - 0.88 * r, 1.76 * r, 1.76 * r),
  (paper, x, y, r) => polygon(paper, x, y, 1.25 * r, 3, -Math.PI / 2),
  (paper, x, y, r) => polygon(paper, x, y, 1.2 * r, 4, 0),
  (paper, x, y, r) => polygon(paper, x, y, 1.25 * r, 3, Math.PI / 2),
  (paper, x, y, r) => polygon(paper, x, y, 1.15 * r, 5, -Math.PI / 2),
];

function polygon(paper: CanvasRenderingContext2D, x: number, y: number, r: number, corners: number, turn: number) {
  for (let i = 0; i < corners; i++) {
    const angle = turn + (2 * Math.PI * i) / corners;
    paper.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle));
  }
  paper.closePath();
}

export interface Look {
  fill: string;
  edge: string;
  radius: number;
}

export function drawMark(
  paper: CanvasRenderingContext2D,
  mark: number,
  x: number,
  y: number,
  { fill, edge, radius }: Look,
): void {
  paper.beginPath();
  MARKS[mark % MARKS.length](paper, x, y, radius);
  paper.fillStyle = fill;
  paper.fill();
  paper.strokeStyle = edge;
  paper.stroke();
}

/** The colour of a point: that of its class, or of its number. */
export function pointColour(made: Made, index: number): string {
  const { labels } = made.points;
  if (!labels) return css(classColour(1));
  const label = labels[index];
  return css(made.classes ? classOf(made, label) : colourOf(label));
}

/** Two classes are the two ends of a probability: orange is 0, blue is 1. */
export const classOf = ({ classes }: { classes: number }, label: number) =>
  classes === 2 ? colourOf(label ? 1 : -1) : classColour(label);

export const pointMark = (made: Made, index: number) =>
  made.classes ? (made.points.labels?.[index] ?? 0) : 0;
