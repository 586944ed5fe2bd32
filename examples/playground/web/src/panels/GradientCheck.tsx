/**
 * The same derivative in independent ways; how far a difference errs over h; and usual mistakes,
 * planted in what is derived by hand, to see which of the ways catch them.
 */
import { useSignal, useSignalEffect } from "@preact/signals";
import type uPlot from "uplot";
import { short } from "../numbers";
import { Chart } from "../parts/Chart";
import { Equation } from "../parts/Equation";
import { Choices, Select, Slider } from "../parts/fields";
import type { Bug } from "../protocol";
import { ask, chosenWeight, frame, hello, made, net, running } from "../state";
import { WeightChoice } from "./WeightChoice";

interface Called {
  weight: string;
  index: number[];
}

interface Checked {
  h: number;
  dtype: string;
  weights: Called[];
  gradients: Record<string, number[]>;
  ways: Record<string, { largest: number; relative: number; agrees: boolean; worst: Called }>;
  bound: number;
  why: string;
  bug: Bug | null;
  caught: string[];
  bends: Called[];
}

interface Curve {
  h: number[];
  error: number[];
  gradient: number;
  best: number;
  expected: number;
}

const WAYS: Record<string, string> = {
  hand: "by hand",
  graph: "by the graph",
  tape: "by the tape",
  differences: "by differences",
  complex: "by a complex step",
  tf: "by tf.keras",
};

type Dtype = "float64" | "float32";

export function GradientCheck() {
  const dtype = useSignal<Dtype>("float64");
  const power = useSignal(-5);
  const bug = useSignal("");
  const told = useSignal<Checked>();
  const curve = useSignal<Curve>();

  useSignalEffect(() => {
    void [frame.value, made.value];
    if (running.value) return;
    const asked = { command: "check", dtype: dtype.value, h: 10 ** power.value, ...(bug.value ? { bug: bug.value } : {}) };
    const later = setTimeout(() => void ask(asked).then((answer) => answer && (told.value = answer)), 60);
    return () => clearTimeout(later);
  });
  useSignalEffect(() => {
    void [frame.value, made.value];
    if (running.value || chosenWeight.value === null) return;
    const place = net.value!.indexOf(chosenWeight.value);
    const asked = { command: "u_curve", dtype: dtype.value, ...place };
    const later = setTimeout(() => void ask(asked).then((answer) => answer && (curve.value = answer)), 60);
    return () => clearTimeout(later);
  });

  const { bugs } = hello.value!;
  const now = told.value;
  return (
    <>
      <p class="intro">
        Every weight's gradient on the next batch: as the layers derive it by hand, and in ways that know nothing of that.
        Plant a mistake into the first, and see who notices.
      </p>
      <div class="stack">
        <div class="row end">
          <Choices label="Precision" value={dtype.value} choices={[["float64", "float64"], ["float32", "float32"]]} change={(value) => (dtype.value = value)} />
          <Select
            label="Plant a mistake"
            value={bug.value}
            choices={[{ value: "", label: "none" }, ...bugs.map(({ name, title }) => ({ value: name, label: title }))]}
            change={(name) => (bug.value = name)}
          />
        </div>
        {now?.bug && <Planted {...now.bug} caught={now.caught} />}
        {now && <Ways {...now} />}
        <div class="split">
          <div class="stack">
            <h3>How far a difference errs</h3>
            <p class="small quiet">
              (L(w + h) − L(w − h)) / 2h: with a large h the curve bends between the two, with a small one the digits of L
              cancel. The best h lies between.
            </p>
            <Slider label="h" value={power.value} min={dtype.value === "float64" ? -12 : -6} max={0} step={0.25} live show={(value) => short(10 ** value, 2)} change={(value) => (power.value = value)} />
            <WeightChoice />
          </div>
          {curve.value && (
            <Chart
              label="The error of a difference over h"
              legend={false}
              lines={[{ label: "error", colour: "var(--positive)", points: true }]}
              data={[curve.value.h, curve.value.error]}
              height={210}
              x={`h (best: ${short(curve.value.best, 1)}, expected near ${short(curve.value.expected, 1)})`}
              logX
              logY
              mark={(chart) => markAt(chart, 10 ** power.value)}
            />
          )}
        </div>
        {now && <Weights {...now} />}
      </div>
    </>
  );
}

function markAt(chart: uPlot, h: number): void {
  const x = chart.valToPos(h, "x", true);
  const { top, height } = chart.bbox;
  chart.ctx.save();
  chart.ctx.strokeStyle = getComputedStyle(chart.root).color;
  chart.ctx.setLineDash([4, 4]);
  chart.ctx.beginPath();
  chart.ctx.moveTo(x, top);
  chart.ctx.lineTo(x, top + height);
  chart.ctx.stroke();
  chart.ctx.restore();
}

function Planted({ title, right, wrong, needs, caught }: Bug & { caught: string[] }) {
  return (
    <div class={`notice ${caught.length ? "good" : ""}`} role="status">
      <div>
        <p>
          <strong>{title}.</strong> Right: <Equation text={right} /> Planted: <Equation text={wrong} />
        </p>
        <p>
          {caught.length
            ? `Caught: what is derived ${caught.map((way) => WAYS[way]).join(", ")} differs.`
            : `Nobody notices here${needs ? `: it needs ${needs}` : ""}.`}
        </p>
      </div>
    </div>
  );
}

function Ways({ ways, why, bends }: Checked) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Ways to the gradient">
      <table class="numbers">
        <caption>Held against what is derived by hand</caption>
        <thead>
          <tr>
            <th scope="col">the gradient</th>
            <th scope="col" class="n">largest difference</th>
            <th scope="col" class="n">of the largest gradient</th>
            <th scope="col">worst at</th>
            <th scope="col">verdict</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(ways).map(([way, { largest, relative, agrees, worst }]) => (
            <tr key={way} class={agrees ? undefined : "marked"}>
              <td>{WAYS[way]}</td>
              <td class="n">{short(largest)}</td>
              <td class="n">{short(relative)}</td>
              <td>{called(worst)}</td>
              <td class={agrees ? "ok" : "no"}>{agrees ? "agrees" : "differs"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="small quiet">{why}</p>
      {bends.length > 0 && (
        <p class="small quiet">
          At {bends.slice(0, 5).map(called).join(", ")}{bends.length > 5 && ` and ${bends.length - 5} more`} a bend of an
          activation lies within h: there a difference says little.
        </p>
      )}
    </div>
  );
}

const called = ({ weight, index }: Called) => `${weight}[${index.join(", ")}]`;

function Weights({ weights, gradients }: Checked) {
  const ways = Object.keys(gradients);
  return (
    <details>
      <summary>All {weights.length} gradients</summary>
      <div class="scroll tall" tabIndex={0} role="region" aria-label="Gradients of all weights">
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">weight</th>
              {ways.map((way) => (
                <th scope="col" class="n" key={way}>
                  {WAYS[way]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weights.map((weight, at) => (
              <tr key={called(weight)}>
                <td>{called(weight)}</td>
                {ways.map((way) => (
                  <td class="n" key={way}>
                    {short(gradients[way][at], 8)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
