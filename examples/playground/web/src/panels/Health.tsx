/**
 * Is the network well? Layer by layer how large gradients and steps are, now and over time, which
 * units are saturated or dead; and the same network from several first weights.
 */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { short, percent } from "../numbers";
import { Chart, type Columns, LINES } from "../parts/Chart";
import { type Counts, Histogram } from "../parts/Histogram";
import { Select } from "../parts/fields";
import { ask, frame, made, progress, running } from "../state";
import { Initializations } from "./Initializations";

interface LayerHealth {
  name: string;
  activation: string;
  gradient_norm: number | null;
  weight_norm: number | null;
  update_norm: number | null;
  ratio: number | null;
  mean: number | null;
  std: number | null;
  activations: Counts;
  z?: Counts;
  saturated: number | null;
  dead: number[];
}

const CURVES = {
  gradient_norm: "norm of the gradient",
  ratio: "step / weights",
  saturated: "share that is saturated",
  std: "spread of the activations",
};
type CurveName = keyof typeof CURVES;

export function Health() {
  const layers = useSignal<LayerHealth[]>([]);
  const shown = useSignal<CurveName>("gradient_norm");
  const rows = useRef<{ step: number; layers: LayerHealth[] }[]>([]);
  const drawn = useSignal(0);
  const asked = useRef(0);

  useSignalEffect(() => {
    void made.value;
    rows.current = [];
  });
  useSignalEffect(() => {
    void frame.value;
    const now = performance.now();
    // A look costs a step of its own: while it trains, three times a second is enough.
    if (running.value && now - asked.current < 330) return;
    asked.current = now;
    const step = progress.value!.step;
    void ask({ command: "health" }).then((answer) => {
      if (!answer) return;
      layers.value = answer.layers;
      if (rows.current.at(-1)?.step === step) rows.current.pop();
      rows.current.push({ step, layers: answer.layers });
      drawn.value++;
    });
  });

  void drawn.value;
  const names = layers.value.map(({ name }) => name);
  const data: Columns = [
    rows.current.map(({ step }) => step),
    ...names.map((_, at) => rows.current.map((row) => row.layers[at]?.[shown.value] ?? null)),
  ];
  return (
    <>
      <p class="intro">
        A gradient that shrinks from layer to layer vanishes; a step of about a thousandth of the weights is usual; a unit
        is saturated where its slope is nearly nothing, and dead where it is nothing for every point.
      </p>
      <div class="stack">
        <Table layers={layers.value} />
        <div class="row">
          <Select label="Over time" value={shown.value} choices={Object.entries(CURVES).map(([value, label]) => ({ value, label }))} change={(name) => (shown.value = name as CurveName)} />
        </div>
        {names.length > 0 && (
          <Chart
            label={`${CURVES[shown.value]} of each layer over the steps`}
            x="step"
            logY={shown.value === "gradient_norm" || shown.value === "ratio"}
            height={180}
            lines={names.map((label, at) => ({ label, colour: LINES[at % LINES.length], points: rows.current.length < 3 }))}
            data={data}
          />
        )}
        <div class="thirds">
          {layers.value.map((layer) => (
            <section key={layer.name} class="stack tight">
              <h3>{layer.name}</h3>
              {layer.z && <Histogram {...layer.z} label="z" />}
              <Histogram {...layer.activations} label={layer.z ? `a = ${layer.activation}(z)` : "a"} />
            </section>
          ))}
        </div>
        <Initializations />
      </div>
    </>
  );
}

function Table({ layers }: { layers: LayerHealth[] }) {
  const most = Math.max(...layers.map((layer) => layer.gradient_norm ?? 0), 1e-300);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Health of the layers">
      <table class="numbers wide">
        <thead>
          <tr>
            <th scope="col">layer</th>
            <th scope="col" class="n">gradient</th>
            <th scope="col">
              <span class="unseen">as a bar</span>
            </th>
            <th scope="col" class="n">weights</th>
            <th scope="col" class="n">step / weights</th>
            <th scope="col" class="n">saturated</th>
            <th scope="col">dead units</th>
          </tr>
        </thead>
        <tbody>
          {layers.map((layer) => (
            <tr key={layer.name}>
              <td>
                {layer.name} <span class="quiet">{layer.activation}</span>
              </td>
              <td class="n">{short(layer.gradient_norm)}</td>
              <td>
                <meter class="bar" min={0} max={1} value={(layer.gradient_norm ?? 0) / most} aria-hidden="true" />
              </td>
              <td class="n">{short(layer.weight_norm)}</td>
              <td class="n">{short(layer.ratio)}</td>
              <td class="n">{layer.saturated === null ? "–" : percent(layer.saturated)}</td>
              <td class={layer.dead.length ? "no" : undefined}>{layer.dead.length ? layer.dead.join(", ") : "none"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
