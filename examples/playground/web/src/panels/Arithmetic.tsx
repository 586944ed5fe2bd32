/** What the optimizer computes for one weight in the next step, line by line, with its numbers. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { short } from "../numbers";
import { Equation } from "../parts/Equation";
import { advance, ask, chosenWeight, frame, net, running } from "../state";
import { SampleGradients } from "./SampleGradients";
import { WeightChoice } from "./WeightChoice";

interface Slot {
  name: string;
  before: number | null;
  after: number | null;
}

interface Answer {
  weight: string;
  index: number[];
  optimizer: string | null; // null: a rule trains
  rule: string | null;
  t: number;
  learning_rate: number | null;
  gradient: number | null;
  before: number;
  after: number;
  slots: Slot[];
  lines: { name: string; formula: string; numbers: string; value: number | null }[];
  tf?: { before: number; after: number; slots: Slot[] };
}

export function Arithmetic() {
  const told = useSignal<Answer>();
  useSignalEffect(() => {
    void frame.value;
    if (chosenWeight.value === null || running.value) return;
    const { weight, index } = net.value!.indexOf(chosenWeight.value);
    void ask({ command: "arithmetic", weight, index }).then((answer) => answer && (told.value = answer));
  });
  const now = told.value;
  return (
    <>
      <p class="intro">
        One weight, one step: what the optimizer remembers of it, its formulas, and the same with the numbers of the next
        batch. Choose a weight here, or click an edge above.
      </p>
      <div class="stack">
        <div class="row end">
          <WeightChoice />
          <button type="button" class="main" disabled={running.value} onClick={() => void advance({ command: "step", batches: 1 })}>
            Take the step
          </button>
        </div>
        {running.value && <p class="quiet">Pause the training to see a step.</p>}
        {now && !running.value && (
          <>
            <h3>
              {now.optimizer ?? now.rule}, step {now.t}
              {now.learning_rate !== null && `, learning rate ${short(now.learning_rate, 4)}`}
            </h3>
            <p class="number">
              w = {short(now.before, 6)}
              {now.gradient !== null && `, gradient g = ${short(now.gradient, 6)}`}
            </p>
            {now.rule && (
              <p class="small quiet">
                Sample by sample: x are its inputs and a 1 for the bias, y is −1 or 1. No gradient is taken, and Keras
                has no such rule.
              </p>
            )}
            <ol class="lines">
              {now.lines.map(({ name, formula, numbers, value }, at) => (
                <li key={at}>
                  <Equation text={`${name} <- ${formula}`} />
                  <div class="in">
                    <Equation text={`= ${numbers}`} />
                    {value !== null && <strong class="number"> = {short(value, 7)}</strong>}
                  </div>
                </li>
              ))}
            </ol>
            <Slots {...now} />
            {!now.rule && <SampleGradients />}
          </>
        )}
      </div>
    </>
  );
}

function Slots({ slots, before, after, tf }: Answer) {
  return (
    <div class="row top-aligned">
      <Column caption="scratch" rows={[{ name: "w", before, after }, ...slots]} />
      {tf && <Column caption="tf.keras" rows={[{ name: "w", before: tf.before, after: tf.after }, ...tf.slots]} />}
    </div>
  );
}

function Column({ caption, rows }: { caption: string; rows: Slot[] }) {
  return (
    <table class="numbers">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">remembered</th>
          <th scope="col" class="n">before</th>
          <th scope="col" class="n">after the step</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td class="n">{short(row.before, 8)}</td>
            <td class="n">{short(row.after, 8)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
