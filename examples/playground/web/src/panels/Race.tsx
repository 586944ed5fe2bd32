/** Several optimizers from where the run stands, over the same batches, and their paths on the loss. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { colourOf, css, dark, lightness } from "../colours";
import { percent, short } from "../numbers";
import { Chart, dashOf, LINES } from "../parts/Chart";
import { NumberField, Select } from "../parts/fields";
import type { Configured } from "../protocol";
import { ask, hello, made, running } from "../state";
import { configured } from "./Initializations";
import { joined } from "./joined";

interface Raced {
  optimizer: Configured;
  losses: [number, number | null][];
  stopped: string | null;
  metric: number | null;
  path: [number, number][];
}

interface Slice {
  x: [number, number];
  y: [number, number];
  columns: number;
  rows: number;
  values: string;
  minimum: number;
  maximum: number;
}

const USUAL: Configured[] = [
  { class: "SGD", learning_rate: 0.1 },
  { class: "SGD", learning_rate: 0.1, momentum: 0.9 },
  { class: "RMSprop", learning_rate: 0.01 },
  { class: "Adam", learning_rate: 0.02 },
];

export function Race() {
  const racers = useSignal(USUAL);
  const steps = useSignal(200);
  const busy = useSignal(false);
  const told = useSignal<{ runs: Raced[]; slice: Slice }>();
  const next = useSignal("Adagrad");
  const start = async () => {
    busy.value = true;
    const answer = await ask({ command: "race", optimizers: racers.value, steps: steps.value });
    if (answer) told.value = answer;
    busy.value = false;
  };
  const replace = (at: number, racer: Configured | null) =>
    (racers.value = racers.value.flatMap((old, one) => (one === at ? (racer ? [racer] : []) : [old])));
  const now = told.value;
  return (
    <>
      <p class="intro">
        All start from the weights as they are now, and get the same batches. The picture is a plane through their paths:
        the darker, the smaller the loss.
      </p>
      <div class="stack">
        <div class="racers">
          {racers.value.map((racer, at) => (
            <div class="racer" key={`${at} ${racer.class}`} style={{ borderColor: LINES[at % LINES.length] }}>
              <strong>{withoutRate(racer)}</strong>
              <NumberField label="learning rate" value={racer.learning_rate as number} min={0} change={(value) => replace(at, { ...racer, learning_rate: value })} />
              <button type="button" class="remove" aria-label={`Remove ${racer.class}`} disabled={racers.value.length === 1} onClick={() => replace(at, null)}>
                ×
              </button>
            </div>
          ))}
        </div>
        <div class="row end">
          <Select label="One more" value={next.value} choices={Object.keys(hello.value!.optimizers)} change={(name) => (next.value = name)} />
          <button type="button" disabled={racers.value.length >= hello.value!.caps.race} onClick={() => (racers.value = [...racers.value, { class: next.value, learning_rate: hello.value!.rates[next.value] }])}>
            Add
          </button>
          <NumberField label="Steps" value={steps.value} min={1} max={1000} step={1} change={(value) => (steps.value = value)} />
          <button type="button" class="main" disabled={busy.value || running.value} onClick={() => void start()}>
            {busy.value ? "They run…" : "Race"}
          </button>
        </div>
        {now && (
          <>
            <div class="split">
              <Chart
                label="The losses of the race"
                x="step"
                y="loss"
                height={280}
                data={joined(now.runs.map(({ losses }) => losses))}
                lines={now.runs.map(({ optimizer }, at) => ({ label: configured(optimizer), colour: LINES[at % LINES.length], width: 2, dash: dashOf(at) }))}
              />
              <Paths {...now} />
            </div>
            <Results runs={now.runs} />
          </>
        )}
      </div>
    </>
  );
}

const withoutRate = ({ learning_rate: _rate, ...rest }: Configured) => configured(rest);

function Paths({ runs, slice }: { runs: Raced[]; slice: Slice }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const wanted = useSignal({ runs, slice });
  wanted.value = { runs, slice };
  useSignalEffect(() => {
    void dark.value;
    if (canvas.current) drawPaths(canvas.current, wanted.value.runs, wanted.value.slice);
  });
  return (
    <figure>
      <canvas ref={canvas} class="slice" width={480} height={480} role="img" aria-label="Paths of the optimizers over the loss" />
      <figcaption class="small quiet number">
        loss from {short(slice.minimum)} (dark) to {short(slice.maximum)} (light), on a logarithmic scale
      </figcaption>
    </figure>
  );
}

function drawPaths(canvas: HTMLCanvasElement, runs: Raced[], slice: Slice): void {
  const { columns, rows, x, y } = slice;
  const values = new Float32Array(Uint8Array.from(atob(slice.values), (letter) => letter.charCodeAt(0)).buffer);
  const logs = values.map((value) => Math.log(Math.max(value, 1e-12)));
  const finite = logs.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const pen = canvas.getContext("2d")!;
  const [cellX, cellY] = [canvas.width / columns, canvas.height / rows];
  const small = document.createElement("canvas");
  [small.width, small.height] = [columns, rows];
  const image = new ImageData(columns, rows);
  logs.forEach((value, at) => {
    const share = Number.isFinite(value) ? (value - low) / (high - low || 1) : 1;
    image.data.set([...lightness(share), 255], 4 * at);
  });
  small.getContext("2d")!.putImageData(image, 0, 0);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(small, 0, 0, canvas.width, canvas.height);
  const place = ([u, v]: [number, number]): [number, number] => [
    ((u - x[0]) / (x[1] - x[0])) * (canvas.width - cellX) + cellX / 2,
    ((y[1] - v) / (y[1] - y[0])) * (canvas.height - cellY) + cellY / 2,
  ];
  const style = getComputedStyle(canvas);
  runs.forEach(({ path }, at) => {
    for (const [width, colour] of [[6, css(colourOf(0))], [2.6, style.getPropertyValue(LINES[at % LINES.length].slice(4, -1))]] as const) {
      pen.lineWidth = width;
      pen.strokeStyle = pen.fillStyle = colour;
      pen.setLineDash(at > 3 ? [10, 5] : []);
      pen.beginPath();
      path.forEach((point, one) => (one ? pen.lineTo(...place(point)) : pen.moveTo(...place(point))));
      pen.stroke();
      pen.setLineDash([]);
      const [endX, endY] = place(path.at(-1)!);
      pen.beginPath();
      pen.arc(endX, endY, width + 1.5, 0, 2 * Math.PI);
      pen.fill();
    }
  });
}

function Results({ runs }: { runs: Raced[] }) {
  return (
    <table class="numbers">
      <thead>
        <tr>
          <th scope="col">optimizer</th>
          <th scope="col" class="n">loss in the end</th>
          <th scope="col" class="n">{made.value!.classes ? "accuracy" : "R²"}</th>
        </tr>
      </thead>
      <tbody>
        {runs.map(({ optimizer, losses, metric, stopped }, at) => (
          <tr key={at}>
            <td>
              <span class="key">
                <i style={{ background: LINES[at % LINES.length] }} />
                {configured(optimizer)}
              </span>
            </td>
            <td class="n">{stopped ? "not finite" : short(losses.at(-1)![1])}</td>
            <td class="n">{metric === null ? "–" : made.value!.classes ? percent(metric) : short(metric)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
