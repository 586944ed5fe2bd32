/** The equations of the unit that is chosen, with the numbers of the step put in; else a layer's table. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { short } from "../numbers";
import { Equation } from "../parts/Equation";
import { ask, chosen, chosenWeight, net } from "../state";
import { flat, gradients, numbersOf, ofWeights, type Seen, updates } from "./microscope_data";

interface Line {
  of: string;
  symbols: string;
  numbers: string;
}
type Phase = "forward" | "loss" | "backward" | "update";

export function StepEquations(props: { seen: Seen; phase: Phase; column: number }) {
  const unit = chosen.value;
  if (props.phase === "update") return <Changes seen={props.seen} />;
  const shown = unit && unit.column > 0 ? unit.column : props.column;
  const { name } = net.value!.columns[shown];
  const layer = props.seen.layers.find((one) => one.name === name);
  if (!layer) return null;
  if (unit && unit.column > 0 && layer.z) {
    return <OfUnit {...props} layer={name} unit={unit.unit} inputs={net.value!.columns[unit.column - 1].units} />;
  }
  return <OfLayer seen={props.seen} column={shown} />;
}

function OfUnit(props: { seen: Seen; phase: Phase; layer: string; unit: number; inputs: number }) {
  const { seen, phase, layer, unit, inputs } = props;
  const lines = useSignal<Line[]>([]);
  const wanted = useSignal({ seen, phase, layer, unit, inputs });
  wanted.value = { seen, phase, layer, unit, inputs };
  useSignalEffect(() => {
    const { seen: now, phase: at, ...which } = wanted.value;
    let isLast = true;
    const asked = questions(at, which.inputs).map((question) =>
      ask({ command: "equation", rows: now.rows, layer: which.layer, unit: which.unit, ...question }),
    );
    void Promise.all(asked).then((answers) => isLast && (lines.value = answers.filter(Boolean)));
    return () => {
      isLast = false;
    };
  });
  return (
    <section class="stack equations" aria-live="polite">
      <h3>
        {layer}, unit {unit}
        {seen.rows.length > 1 && <span class="quiet small"> point {seen.rows[0]}</span>}
      </h3>
      {lines.value.map(({ symbols, numbers }, at) => (
        <div key={at}>
          <div>
            <Equation text={symbols} />
          </div>
          <div class="in">
            <Equation text={numbers.replace(/^\S+ (?== )/, "")} />
          </div>
        </div>
      ))}
    </section>
  );
}

const MOST = 8;

/** What is asked of a unit in each phase; of many inputs the first ones are enough to see the rule. */
function questions(phase: Phase, inputs: number): { of: string; input?: number }[] {
  const weights = Array.from({ length: Math.min(inputs, MOST) }, (_, input) => ({ of: "dL_dw", input }));
  switch (phase) {
    case "forward":
      return [{ of: "z" }, { of: "a" }];
    case "loss":
      return [{ of: "a" }, { of: "dL_da" }];
    default:
      return [{ of: "dL_da" }, { of: "dL_dz" }, ...weights];
  }
}

/** Every weight, or those of the unit that is chosen: before, its gradient, its change, after. */
function Changes({ seen }: { seen: Seen }) {
  const { layout, columns, weightAt, biasAt, weightName } = net.value!;
  const unit = chosen.value;
  const own = unit && unit.column > 0 ? ofUnit(unit.column, unit.unit) : null;
  function ofUnit(column: number, of: number): number[] {
    const places = columns[column - 1].labels.map((_, from) => weightAt({ layer: column - 1, from, to: of }));
    return [...places, biasAt(column, of)].filter((at) => at !== undefined);
  }
  const all = layout.weights.flatMap(({ offset, size, trainable }) => (trainable ? Array.from({ length: size }, (_, at) => offset + at) : []));
  const [before, gradient, change, after] = [
    ofWeights(seen, (weight) => flat(weight.before)),
    ofWeights(seen, gradients),
    ofWeights(seen, updates),
    ofWeights(seen, (weight) => flat(weight.after)),
  ];
  return (
    <div class="scroll tall" tabIndex={0} role="region" aria-label="Changes of the weights">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">weight</th>
            <th scope="col" class="n">before</th>
            <th scope="col" class="n">
              <Equation text="dL/dw" />
            </th>
            <th scope="col" class="n">change</th>
            <th scope="col" class="n">after</th>
          </tr>
        </thead>
        <tbody>
          {(own ?? all).map((at) => (
            <tr key={at} class={chosenWeight.value === at ? "chosen" : undefined}>
              <td>{weightName(at)}</td>
              {[before, gradient, change, after].map((values, one) => (
                <td class="n" key={one}>
                  {short(values[at], 5)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const SHOWN = [
  ["z", "z"],
  ["a", "a"],
  ["dL/da", "dL_da"],
  ["dL/dz", "dL_dz"],
] as const;

function OfLayer({ seen, column }: { seen: Seen; column: number }) {
  const { labels, name } = net.value!.columns[column];
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Units of ${name}`}>
      <table class="numbers">
        <caption>
          {name}
          {seen.rows.length > 1 && <span class="quiet"> z and a: means over the batch; gradients: sums</span>}
        </caption>
        <thead>
          <tr>
            <th scope="col">unit</th>
            {SHOWN.map(([label]) => (
              <th scope="col" class="n" key={label}>
                <Equation text={label} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((_, unit) => {
            const numbers = numbersOf(seen, column, unit);
            return (
              <tr key={unit}>
                <td>{unit}</td>
                {SHOWN.map(([label, key]) => (
                  <td class="n" key={label}>
                    {short(numbers[key], 4)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
