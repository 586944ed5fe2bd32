/**
 * What is drawn over the plane and moves in every frame: the line of a network that is one unit,
 * with its weights as an arrow, dashed the one before it, and where an autoencoder puts the points
 * that it was given.
 */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ask, frame, made, net, running } from "../state";

type Point = [number, number];
type Line = [a: number, b: number, c: number]; // a x + b y + c = 0

export function Over() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const rebuilt = useSignal<Point[]>([]);
  const asked = useRef(0);
  const isCode = made.value!.kind === "autoencoder";

  useSignalEffect(() => {
    void frame.value;
    const { kind, points } = made.value!;
    // Outputs of all points cost a question of their own: five times a second is enough.
    if (kind !== "autoencoder" || (running.value && performance.now() - asked.current < 200)) return;
    asked.current = performance.now();
    void ask({ command: "predict", inputs: points.inputs }).then((answer) => answer && (rebuilt.value = answer.outputs));
  });
  useSignalEffect(() => {
    const now = frame.value;
    if (!canvas.current || !now) return;
    const drawing = paper(canvas.current);
    const line = lineOf();
    if (line) {
      const old = before(line);
      if (old) drawLine(drawing, old, [6, 5]);
      const working = workingLine();
      if (working) drawLine(drawing, working, [1.5, 4]);
      drawLine(drawing, line);
    }
    if (isCode && rebuilt.value.length === made.value!.points.inputs.length) drawArrows(drawing, rebuilt.value);
  });
  return <canvas ref={canvas} class="over" aria-hidden="true" />;
}

interface Paper {
  pen: CanvasRenderingContext2D;
  at(point: Point): Point;
}

function paper(canvas: HTMLCanvasElement): Paper {
  const ratio = window.devicePixelRatio || 1;
  const side = canvas.clientWidth;
  if (canvas.width !== Math.round(side * ratio)) canvas.width = canvas.height = Math.round(side * ratio);
  const pen = canvas.getContext("2d")!;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, side, side);
  pen.strokeStyle = pen.fillStyle = getComputedStyle(canvas).color;
  const [x0, x1, y0, y1] = made.value!.layout.domain;
  return { pen, at: ([x, y]) => [((x - x0) / (x1 - x0)) * side, ((y1 - y) / (y1 - y0)) * side] };
}

/** a, b, c of a x + b y + c = 0, of a network of one unit on x and y themselves. */
export function lineOf(): Line | null {
  const { columns, weightAt, biasAt } = net.value!;
  const features: string[] = made.value!.state.features;
  const plain = features.every((name) => ["x", "y"].includes(name));
  if (columns.length !== 2 || columns[1].units !== 1 || !features.length || !plain || made.value!.kind !== "classification") {
    return null;
  }
  const bias = biasAt(1, 0);
  const place = (name: string) => weightAt({ layer: 0, from: features.indexOf(name), to: 0 })!;
  return lineThrough(frame.value!.weights, features, place, bias);
}

/** The line of weights, in whatever order they stand. */
function lineThrough(weights: ArrayLike<number>, features: string[], place: (name: string) => number, bias: number | undefined): Line {
  const of = (name: string) => (features.includes(name) ? weights[place(name)] : 0);
  return [of("x"), of("y"), bias === undefined ? 0 : weights[bias]];
}

/** Of the averaged rule the line that learns: its weights are the frame's further values. */
function workingLine(): Line | null {
  const { features, rule } = made.value!.state;
  const { values } = frame.value!;
  if (rule?.class !== "Averaged" || !values.length) return null;
  return lineThrough(values, features, (name) => features.indexOf(name), values.length > features.length ? features.length : undefined);
}

// The two lines that were seen last, of which network.
let seen: { of: unknown; now: Line; before: Line | null } | null = null;

/** The line that stood there before this one. */
function before(line: Line): Line | null {
  const of = made.value!.points;
  if (seen?.of !== of) seen = { of, now: line, before: null };
  else if (line.some((part, at) => part !== seen!.now[at])) seen = { of, now: line, before: seen.now };
  return seen.before;
}

/** A line across the plane with its weights as an arrow; what is dashed is thinner. */
function drawLine({ pen, at }: Paper, [a, b, c]: Line, dash: number[] = []): void {
  const length = Math.hypot(a, b);
  if (!length) return;
  pen.setLineDash(dash);
  const foot: Point = [(-c * a) / length ** 2, (-c * b) / length ** 2];
  const far = 40;
  pen.lineWidth = dash.length ? 1.4 : 2.2;
  pen.beginPath();
  pen.moveTo(...at([foot[0] - (far * b) / length, foot[1] + (far * a) / length]));
  pen.lineTo(...at([foot[0] + (far * b) / length, foot[1] - (far * a) / length]));
  pen.stroke();
  const shown = Math.min(2.5, Math.max(0.6, length)) / length;
  arrow(pen, at(foot), at([foot[0] + a * shown, foot[1] + b * shown]));
  pen.setLineDash([]);
}

function drawArrows({ pen, at }: Paper, rebuilt: Point[]): void {
  pen.lineWidth = 1;
  pen.globalAlpha = 0.75;
  made.value!.points.inputs.forEach((input, index) => {
    if (!made.value!.points.train[index]) return;
    const to = at(rebuilt[index]);
    pen.beginPath();
    pen.moveTo(...at(input as Point));
    pen.lineTo(...to);
    pen.stroke();
    pen.fillRect(to[0] - 2, to[1] - 2, 4, 4);
  });
  pen.globalAlpha = 1;
}

function arrow(pen: CanvasRenderingContext2D, from: Point, to: Point): void {
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  for (const side of [-1, 1]) {
    pen.moveTo(...to);
    pen.lineTo(to[0] - 9 * Math.cos(angle + 0.45 * side), to[1] - 9 * Math.sin(angle + 0.45 * side));
  }
  pen.stroke();
}
