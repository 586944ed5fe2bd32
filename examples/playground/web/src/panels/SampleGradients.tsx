/** A weight's gradient on each training point alone: what a batch's gradient is the mean of. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { short } from "../numbers";
import { Chart } from "../parts/Chart";
import { ask, chosenWeight, frame, made, net, running } from "../state";

interface Told {
  weight: string;
  index: number[];
  losses: number[];
  gradients: number[];
  mean: number;
}

export function SampleGradients() {
  const told = useSignal<Told>();
  useSignalEffect(() => {
    void [frame.value, made.value];
    const at = chosenWeight.value;
    if (at === null || running.value || !isOfDense(at)) {
      told.value = undefined;
      return;
    }
    const { weight, index } = net.value!.indexOf(at);
    void ask({ command: "sample_gradients", weight, index }).then((answer) => answer && (told.value = answer));
  });
  const now = told.value;
  if (!now) return null;
  const order = now.losses.map((_, at) => at).sort((a, b) => now.losses[a] - now.losses[b]);
  const losses = order.map((at) => now.losses[at]);
  return (
    <section class="stack tight">
      <h3>
        {now.weight}[{now.index.join(", ")}] on each training point alone
      </h3>
      <p class="small quiet">
        A batch's gradient is the mean of some of these; the mean of all is {short(now.mean, 4)}.
      </p>
      <Chart
        label="The gradient of the chosen weight on each training point, over its loss"
        x="loss of the point"
        y="its gradient"
        height={190}
        data={[losses, order.map((at) => now.gradients[at]), losses.map(() => now.mean)]}
        lines={[
          { label: "a point", colour: "var(--positive)", width: 0, points: true },
          { label: "their mean", colour: "var(--negative)", dash: [5, 3] },
        ]}
      />
    </section>
  );
}

function isOfDense(at: number): boolean {
  const { weight } = net.value!.indexOf(at);
  const layer = made.value!.layers.find(({ weights }) => weights.includes(weight));
  return layer?.class === "Dense";
}
