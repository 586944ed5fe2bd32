/**
 * The plane: the large map with the points on it, and what is drawn over it. A click adds a point, a
 * click with Shift takes the nearest away, dragging moves what is seen.
 */
import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { classLevels, colourOf, css, dark } from "../colours";
import { short } from "../numbers";
import { isHidden } from "../link";
import { Select } from "../parts/fields";
import { Hideable } from "../parts/Hideable";
import type { HeatMap, Made } from "../protocol";
import { frame, made, make, progress, running, state } from "../state";
import { fineMaps } from "./fine";
import { paintClasses, paintMap } from "./heat_map";
import { drawMark, pointColour, pointMark } from "./marks";
import { Over } from "./Over";
import { coloursOf } from "./scaling";
import { looked, shownColumn, shownMaps, shownNumbers } from "./shown";
import { MOVES, moveBy, showAll, zoomBy } from "./zoom";

export function Plane({ discrete, testPoints }: { discrete: Signal<boolean>; testPoints: Signal<boolean> }) {
  const map = useRef<HTMLCanvasElement>(null);
  const points = useRef<HTMLCanvasElement>(null);
  const label = useSignal(0);
  const value = useSignal("");
  const reading = useSignal("");
  const { classes, layout, points: data } = made.value!;
  const [x0, x1, y0, y1] = layout.domain;

  useSignalEffect(() => {
    void [dark.value, looked(), made.value];
    const now = frame.value;
    if (!now || !map.current) return;
    paint(map.current, { ...now, ...shownMaps(now) }, discrete.value);
    if (running.value) return;
    let isLast = true;
    const later = setTimeout(async () => {
      const fine = await fineMaps(shownNumbers());
      if (fine && isLast && map.current) paint(map.current, { ...fine, ...shownColumn() }, discrete.value);
    }, 120);
    return () => {
      isLast = false;
      clearTimeout(later);
    };
  });
  useSignalEffect(() => {
    // While it runs, no batch is marked: it would flicker, and cost a drawing of all points.
    void [dark.value, running.value || progress.value];
    if (points.current && made.value) drawPoints(points.current, made.value, testPoints.value);
  });

  const place = (event: MouseEvent): [number, number] => {
    const box = points.current!.getBoundingClientRect();
    return [
      x0 + ((event.clientX - box.left) / box.width) * (x1 - x0),
      y1 - ((event.clientY - box.top) / box.height) * (y1 - y0),
    ];
  };
  const read = (event: MouseEvent) => {
    const [x, y] = place(event);
    const { columns, rows } = frame.value!;
    const column = Math.min(columns - 1, Math.max(0, Math.floor(((x - x0) / (x1 - x0)) * columns)));
    const row = Math.min(rows - 1, Math.max(0, Math.floor(((y1 - y) / (y1 - y0)) * rows)));
    const values = shownMaps(frame.value!).maps.map((one) => one.offset + one.scale * one.levels[row * columns + column]);
    reading.value = `(${short(x)}, ${short(y)}): ${values.map((one) => short(one)).join(", ")}`;
  };
  const drag = useRef<{ x: number; y: number; domain: typeof layout.domain; moved: boolean } | null>(null);
  const move = (event: PointerEvent) => {
    read(event);
    const from = drag.current;
    if (!from || !event.buttons) return;
    const { width, height } = points.current!.getBoundingClientRect();
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    from.moved ||= Math.hypot(dx, dy) > 6;
    if (from.moved) moveBy(-dx / width, dy / height, from.domain);
  };
  const touch = (event: MouseEvent) => {
    if (drag.current?.moved || isHidden("own_points")) return;
    const [x, y] = place(event);
    if (event.shiftKey) {
      let nearest = -1;
      let distance = (0.4 * (x1 - x0)) / 12;
      data.inputs.forEach(([px, py], index) => {
        const away = Math.hypot(px - x, py - y);
        if (away < distance) [nearest, distance] = [index, away];
      });
      if (nearest >= 0) void make({ command: "points", remove: [nearest] });
      return;
    }
    const tail = data.labels ? [classes ? label.value : Number(value.value) || 0] : [];
    void make({ command: "points", add: [[round(x), round(y), ...tail]] });
  };

  return (
    <>
      <div class="plane">
        <canvas ref={map} data-map="output" />
        <Over />
        <canvas
          ref={points}
          class="points"
          role="img"
          aria-label={`${data.inputs.length} points on the map of the output`}
          onPointerDown={(event) => {
            drag.current = { x: event.clientX, y: event.clientY, domain: layout.domain, moved: false };
            if (event.pointerType === "mouse") event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={move}
          onPointerLeave={() => (reading.value = "")}
          onClick={touch}
        />
      </div>
      <div class="row end own-points">
        <Hideable name="own_points">
          {data.labels && classes > 0 && (
            <Select
              label="A click adds a point of"
              value={String(label.value)}
              choices={Array.from({ length: classes }, (_, one) => ({ value: String(one), label: `class ${one}` }))}
              change={(chosenClass) => (label.value = Number(chosenClass))}
            />
          )}
          {data.labels && !classes && (
            <div class="field">
              <label for="own-value">A click adds a point of value</label>
              <input id="own-value" type="number" step="any" value={value.value} placeholder="0" onChange={(event) => (value.value = event.currentTarget.value)} />
            </div>
          )}
          <button type="button" onClick={() => void make({ command: "points", clear: true })}>
            Clear all
          </button>
        </Hideable>
        <Zoom />
      </div>
      <p class="small quiet number" aria-hidden="true">
        {reading.value || "Shift and click takes a point away."}
      </p>
    </>
  );
}

function Zoom() {
  const keys = (event: KeyboardEvent) => {
    const by = MOVES[event.key];
    if (!by) return;
    event.preventDefault();
    moveBy(by[0] / 8, by[1] / 8);
  };
  return (
    <span class="row zoom" role="group" aria-label="What is seen of the plane; arrow keys move it" onKeyDown={keys}>
      <button type="button" aria-label="Zoom out" title="Zoom out; arrow keys move" onClick={() => zoomBy(1.6)}>
        −
      </button>
      <button type="button" aria-label="Zoom in" title="Zoom in; arrow keys move" onClick={() => zoomBy(1 / 1.6)}>
        +
      </button>
      {state.value.domain && (
        <button type="button" onClick={showAll} title="All points">
          All
        </button>
      )}
    </span>
  );
}

const round = (value: number) => Math.round(value * 1000) / 1000;

interface Painted {
  columns: number;
  rows: number;
  maps: HeatMap[];
  activation: string | null;
  isAll: boolean;
}

function paint(canvas: HTMLCanvasElement, shown: Painted, discrete: boolean): void {
  const { columns, rows, maps, activation, isAll } = shown;
  if (!maps[0]) return;
  if (isAll && maps.length > 2 && made.value!.classes > 2) {
    const colours = maps.map((_, one) => classLevels(one));
    paintClasses(canvas, columns, rows, maps, colours, discrete);
  } else {
    paintMap(canvas, columns, rows, maps[0].levels, coloursOf(maps[0], activation, discrete));
  }
}

function drawPoints(canvas: HTMLCanvasElement, now: Made, testPoints: boolean): void {
  const ratio = window.devicePixelRatio || 1;
  const side = canvas.clientWidth;
  if (canvas.width !== Math.round(side * ratio)) canvas.width = canvas.height = Math.round(side * ratio);
  const paper = canvas.getContext("2d")!;
  paper.setTransform(ratio, 0, 0, ratio, 0, 0);
  paper.clearRect(0, 0, side, side);
  const [x0, x1, y0, y1] = now.layout.domain;
  const latest = new Set(running.value ? [] : progress.value?.batch);
  const ground = css(colourOf(0));
  const ink = getComputedStyle(canvas).color;
  const many = now.points.inputs.length > 300;
  now.points.inputs.forEach(([x, y], index) => {
    const train = now.points.train[index];
    if (!train && !testPoints) return;
    const isLatest = latest.has(index);
    paper.lineWidth = isLatest ? 1.8 : 1;
    drawMark(
      paper,
      pointMark(now, index),
      ((x - x0) / (x1 - x0)) * side,
      ((y1 - y) / (y1 - y0)) * side,
      {
        fill: pointColour(now, index),
        edge: train ? (isLatest ? ink : ground) : ink,
        radius: (many ? 2.6 : 3.4) + (isLatest ? 1.4 : 0),
      },
    );
  });
}
