/**
 * One training step, slowly: layer by layer forward, the loss, layer by layer backward, the update.
 * Its numbers are written on the drawing above, on units and edges; a unit that is chosen there shows
 * its equations here. Nothing is trained until the step is taken.
 */
import { useSignal, useSignalEffect } from "@preact/signals";
import { short } from "../numbers";
import { Choices, NumberField, Slider, Toggle } from "../parts/fields";
import { advance, ask, frame, made, net, overlay, progress, running, state } from "../state";
import { Faces } from "./Faces";
import { ImageStep } from "./ImageStep";
import { gradients, numbersOf, ofWeights, type Seen, updates } from "./microscope_data";
import { StepEquations } from "./StepEquations";

type Phase = "forward" | "loss" | "backward" | "update";
const PHASES: [phase: Phase, label: string][] = [["forward", "Forward"], ["loss", "Loss"], ["backward", "Backward"], ["update", "Update"]];
interface Place {
  phase: Phase;
  column: number; // that is being computed
}

/**
 * The places of a step in their order: columns 1 to last forward, then last to 1 backward. A rule of
 * the perceptron goes forward and corrects: it has no loss, and nothing flows back.
 */
function placesOf(last: number): Place[] {
  const columns = Array.from({ length: last }, (_, at) => at + 1);
  const forward = columns.map((column): Place => ({ phase: "forward", column }));
  if (state.value.rule) return [{ phase: "forward", column: 0 }, ...forward, { phase: "update", column: 0 }];
  return [
    { phase: "forward", column: 0 },
    ...forward,
    { phase: "loss", column: last },
    ...columns.toReversed().map((column): Place => ({ phase: "backward", column })),
    { phase: "update", column: 0 },
  ];
}

export function Microscope() {
  const of = useSignal<"sample" | "batch">("sample");
  const row = useSignal<number | null>(null); // null: the first of the batch
  const training = useSignal(true);
  const at = useSignal(0);
  const seen = useSignal<Seen>();

  useSignalEffect(() => {
    void [frame.value, made.value];
    if (running.value) {
      overlay.value = null;
      return;
    }
    const rows = of.value === "batch" ? null : row.value === null ? undefined : [row.value];
    // A look may take two questions, between which another one may have been asked for.
    let isLast = true;
    void look(rows, training.value).then((answer) => answer && isLast && (seen.value = answer));
    return () => {
      isLast = false;
    };
  });
  const places = placesOf(Math.max(0, net.value!.columns.length - 1));
  const place = places[Math.min(at.value, places.length - 1)];
  useSignalEffect(() => {
    const now = seen.value;
    const all = placesOf(Math.max(0, net.value!.columns.length - 1));
    if (now && !running.value && net.value!.columns.length) overlay.value = drawn(now, all[Math.min(at.value, all.length - 1)]);
  });

  const now = seen.value;
  if (!made.value!.layout.maps.length) return now ? <ImageStep seen={now} /> : null;
  const go = (to: number) => (at.value = Math.max(0, Math.min(places.length - 1, to)));
  const sample = now?.rows[0] ?? 0;
  return (
    <>
      <p class="intro">
        The step that comes next, before it is taken. Its numbers stand on the units and edges of the network above;
        choose a unit to read its equations.
      </p>
      <div class="stack">
        <div class="row end">
          <Choices label="Look at" value={of.value} choices={[["sample", "One sample"], ["batch", "The batch"]]} change={(value) => (of.value = value)} />
          {of.value === "sample" && (
            <>
              <NumberField label="Point" value={sample} min={0} max={made.value!.points.train.length - 1} step={1} change={(value) => (row.value = value)} />
              <button type="button" disabled={row.value === null} onClick={() => (row.value = null)}>
                First of the batch
              </button>
            </>
          )}
          <Toggle label="as in training" value={training.value} change={(on) => (training.value = on)} title="Dropout draws, and batch normalization takes the batch's own moments" />
        </div>
        <div class="row">
          <button type="button" disabled={at.value === 0} onClick={() => go(at.value - 1)}>
            ◀ Back
          </button>
          <button type="button" class="main" disabled={at.value >= places.length - 1} onClick={() => go(at.value + 1)}>
            Next ▶
          </button>
          <Choices
            label="Phase"
            value={place.phase}
            choices={PHASES.filter(([phase]) => places.some((one) => one.phase === phase))}
            change={(phase) => go(places.findIndex((one) => one.phase === phase))}
          />
          <Take rows={of.value === "sample" ? now?.rows : undefined} />
        </div>
        <History />
        {running.value ? (
          <p class="quiet">While the network trains there is nothing to hold still: pause it first.</p>
        ) : (
          now && (
            <>
              <p class="phase" role="status">
                {said(now, place)}
              </p>
              <StepEquations seen={now} phase={place.phase} column={place.column} />
              <Faces seen={now} />
              {now.rows.length > 1 && <Samples seen={now} />}
            </>
          )
        )}
      </div>
    </>
  );
}

/** Undefined: the first sample of the batch that comes next, which the batch says. */
async function look(rows: number[] | null | undefined, training: boolean): Promise<Seen | undefined> {
  const asked = { command: "microscope", training };
  if (rows !== undefined) return ask({ ...asked, rows });
  const batch: Seen | undefined = await ask({ ...asked, rows: null });
  return batch && ask({ ...asked, rows: [batch.rows[0]] });
}

/** The step of the whole batch; or one on the sample that is looked at, alone. */
function Take({ rows }: { rows?: number[] }) {
  return (
    <span class="row take">
      {rows && (
        <button type="button" disabled={running.value} onClick={() => void advance({ command: "step", rows })}>
          Train on this sample
        </button>
      )}
      <button type="button" disabled={running.value} onClick={() => void advance({ command: "step", batches: 1 })}>
        Take the step ↷
      </button>
    </span>
  );
}

/** Back to where the run has been, and forth again, until another step is taken. */
function History() {
  const steps = useSignal<number[]>([]);
  useSignalEffect(() => {
    void frame.value;
    if (!running.value) void ask({ command: "history" }).then((answer) => answer && (steps.value = answer.steps));
  });
  const all = steps.value;
  if (all.length < 2 || running.value) return null;
  const at = Math.max(0, all.indexOf(progress.value!.step));
  return (
    <Slider
      label="History: back to step"
      value={at}
      min={0}
      max={all.length - 1}
      step={1}
      show={(place) => String(all[place] ?? "")}
      change={(place) => void advance({ command: "back", to: all[place] })}
    />
  );
}

function drawn(seen: Seen, { phase, column }: Place) {
  const { columns } = net.value!;
  const index = (layer: string) => columns.findIndex(({ name }) => name === layer);
  if (phase === "forward" || phase === "loss") {
    return {
      units: (at: number, unit: number) => (at <= column ? text(numbersOf(seen, at, unit).a) : undefined),
      edgeText: (at: number) => short(frame.value!.weights[at]),
      active: column,
    };
  }
  if (phase === "backward") {
    return {
      units: (at: number, unit: number) => {
        const numbers = numbersOf(seen, at, unit);
        return at >= column ? text(numbers.dL_dz ?? numbers.dL_da) : undefined;
      },
      edges: ofWeights(seen, gradients, (layer) => index(layer) >= column),
      edgeName: "∂L/∂w",
      edgeText: (at: number) => short(ofWeights(seen, gradients)[at]),
      active: column,
    };
  }
  const change = ofWeights(seen, updates);
  return { edges: change, edgeName: "change of w", edgeText: (at: number) => short(change[at]) };
}

const text = (value: number | undefined) => (value === undefined ? undefined : short(value, 3));

function said(seen: Seen, { phase, column }: Place): string {
  const { columns } = net.value!;
  const several = seen.rows.length > 1;
  const name = columns[column].name;
  switch (phase) {
    case "forward":
      return column === 0
        ? `${several ? `${seen.rows.length} samples enter` : `Point ${seen.rows[0]} enters`}. ${several ? "The units show means over the batch." : ""}`
        : `Forward, ${name}: every unit adds up its inputs times their weights, and bends the sum.`;
    case "loss":
      return `The loss is ${short(seen.loss, 5)}${seen.penalty ? `, of which the penalty is ${short(seen.penalty, 4)}` : ""}.`;
    case "backward":
      return `Backward, ${name}: how much the loss grows with each sum z, and with each weight.${several ? " Gradients of the batch are added up." : ""}`;
    case "update":
      return state.value.rule
        ? `The correction: what the rule ${state.value.rule.class} adds to each weight. The edges show it; Update below has its formula.`
        : "The update: how far the optimizer moves each weight. The edges show it.";
  }
}

/** The loss of each sample of a batch. */
function Samples({ seen }: { seen: Seen }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Samples of the batch">
      <table class="numbers">
        <caption>Samples of the batch</caption>
        <tbody>
          <tr>
            <th scope="row">point</th>
            {seen.rows.map((row) => (
              <td class="n" key={row}>
                {row}
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">loss</th>
            {seen.losses.map((loss, at) => (
              <td class="n" key={at}>
                {short(loss)}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}
