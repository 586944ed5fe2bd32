/** Two classes and one output: who is found and who is mistaken, at every threshold. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { percent, short } from "../numbers";
import { Chart } from "../parts/Chart";
import { Slider } from "../parts/fields";
import { ask, net, progress, running } from "../state";

interface Curve {
  thresholds: (number | null)[];
  true_positive_rate: number[];
  false_positive_rate: number[];
  auc: number;
}

export function Roc({ of }: { of: "train" | "test" }) {
  const curve = useSignal<Curve>();
  const at = useSignal(0.5);
  const which = useSignal(of);
  which.value = of;
  const { columns } = net.value!;
  const isOne = columns.at(-1)?.units === 1;
  useSignalEffect(() => {
    void progress.value;
    if (running.value || net.value!.columns.at(-1)?.units !== 1) return;
    void ask({ command: "roc", of: which.value }).then((answer) => answer && (curve.value = answer));
  });
  const now = curve.value;
  if (!isOne || !now) return null;
  const place = Math.round(at.value * (now.thresholds.length - 1));
  const marked = now.thresholds.map((_, one) => (one === place ? now.true_positive_rate[one] : null));
  return (
    <section class="stack roc">
      <h3>Thresholds</h3>
      <Slider
        label="Class 1 from"
        value={at.value}
        min={0}
        max={1}
        step={0.005}
        live
        show={() => short(now.thresholds[place] ?? Infinity, 3)}
        change={(value) => (at.value = value)}
      />
      <p class="small number">
        {percent(now.true_positive_rate[place])} of class 1 found, {percent(now.false_positive_rate[place])} of class 0
        mistaken for it; area under the curve {short(now.auc, 4)}
      </p>
      <Chart
        label="Found over mistaken, at every threshold"
        x="mistaken"
        y="found"
        height={200}
        legend={false}
        data={[now.false_positive_rate, now.true_positive_rate, marked]}
        lines={[
          { label: "found", colour: "var(--positive)", width: 2 },
          { label: "this threshold", colour: "var(--negative)", width: 0, points: true },
        ]}
      />
    </section>
  );
}
