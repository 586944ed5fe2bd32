/** Smaller questions: what an activation does to z, which rates go well, what the layers cost. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { short, whole } from "../numbers";
import { Chart } from "../parts/Chart";
import { Select } from "../parts/fields";
import { ask, change, frame, hello, made, running, state } from "../state";
import { type Counts, Histogram } from "../parts/Histogram";

export function Explore() {
  return (
    <div class="stack wide-gap">
      <div class="split">
        <Activation />
        <Rates />
      </div>
      <Summary />
    </div>
  );
}

const TOGETHER = ["softmax", "log_softmax", "sparsemax"]; // of all units of a layer at once: no curves

function Activation() {
  const name = useSignal(state.value.layers.find(({ activation }) => activation)?.activation ?? "tanh");
  const curve = useSignal<{ z: number[]; a: number[]; slope: number[] }>();
  const sums = useSignal<{ layer: string; z: Counts } | null>(null);
  useSignalEffect(() => {
    void made.value;
    void ask({ command: "activation", name: name.value }).then((answer) => answer && (curve.value = answer));
  });
  useSignalEffect(() => {
    void frame.value;
    if (running.value) return;
    const wanted = name.value;
    void ask({ command: "health" }).then((answer) => {
      const layer = answer?.layers.find((one: { activation: string; z?: Counts }) => one.activation === wanted && one.z);
      sums.value = layer ? { layer: layer.name, z: layer.z } : null;
    });
  });
  const now = curve.value;
  return (
    <section class="stack">
      <h3>An activation and its slope</h3>
      <Select label="Activation" value={name.value} choices={hello.value!.activations.filter((one) => !TOGETHER.includes(one))} change={(value) => (name.value = value)} />
      {now && (
        <Chart
          label={`${name.value} and its derivative`}
          x="z"
          height={190}
          data={[now.z, now.a, now.slope]}
          lines={[
            { label: "a = f(z)", colour: "var(--positive)", width: 2.5 },
            { label: "f′(z)", colour: "var(--negative)", dash: [5, 3] },
          ]}
        />
      )}
      {sums.value && (
        <>
          <p class="small quiet">What {sums.value.layer} feeds it: its sums z over the training points.</p>
          <Histogram {...sums.value.z} label="z" />
        </>
      )}
    </section>
  );
}

function Rates() {
  const found = useSignal<{ rates: number[]; losses: (number | null)[]; best: number }>();
  const busy = useSignal(false);
  const start = async () => {
    busy.value = true;
    const answer = await ask({ command: "sweep", steps: 30 });
    if (answer) found.value = answer;
    busy.value = false;
  };
  const now = found.value;
  return (
    <section class="stack">
      <h3>Which learning rate?</h3>
      <p class="small quiet">The loss after 30 steps from these weights, at each of sixteen rates.</p>
      <div class="row">
        <button type="button" disabled={busy.value || running.value} onClick={() => void start()}>
          {busy.value ? "Training…" : "Try them"}
        </button>
        {now && (
          <button type="button" onClick={() => void change({ optimizer: { ...state.value.optimizer, learning_rate: Number(now.best.toPrecision(2)) } })}>
            Take {short(now.best, 2)}
          </button>
        )}
      </div>
      {now && (
        <Chart label="The loss over the learning rate" x="learning rate" y="loss after 30 steps" logX logY height={190} legend={false} data={[now.rates, now.losses]} lines={[{ label: "loss", colour: "var(--positive)", points: true }]} />
      )}
    </section>
  );
}

function Summary() {
  const told = useSignal<{ text: string; parameters: number; trainable: number; multiplications: number }>();
  useSignalEffect(() => {
    void made.value;
    void ask({ command: "summary" }).then((answer) => answer && (told.value = answer));
  });
  const now = told.value;
  if (!now) return null;
  return (
    <section class="stack">
      <h3>Summary</h3>
      <p class="number">
        {whole(now.parameters)} parameters, {whole(now.trainable)} of them trained; {whole(now.multiplications)}{" "}
        multiplications for a sample.
      </p>
      <pre tabIndex={0} aria-label="model.summary()">
        {now.text}
      </pre>
    </section>
  );
}
