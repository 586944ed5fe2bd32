/** The losses of the training data and of the test data over the steps, and the penalty's part. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { history, recorded } from "../history";
import { Card } from "../parts/Card";
import { Chart, type Columns, type Line } from "../parts/Chart";
import { Choices, Toggle } from "../parts/fields";
import { made } from "../state";

export function Losses() {
  const what = useSignal<"loss" | "metric">("loss");
  const log = useSignal(false);
  const data = useSignal<Columns>([[], [], []]);
  const drawn = useRef(0);
  const metric = metricName();

  // Ten times a second is as often as an eye follows a curve.
  useSignalEffect(() => {
    void [recorded.value, what.value, made.value];
    const now = performance.now();
    const copy = () => {
      drawn.current = performance.now();
      const { step, loss, test, penalty, metric: own, testMetric } = history;
      data.value = what.peek() === "loss" ? [step, loss, test, penalty].map((row) => row.slice()) : [step, own, testMetric].map((row) => row.slice());
    };
    if (now - drawn.current > 100) {
      copy();
      return;
    }
    const later = setTimeout(copy, 100);
    return () => clearTimeout(later);
  });

  const penalized = history.penalty.some((value) => value);
  const lines: Line[] = [
    { label: what.value === "loss" ? "training" : `${metric}, training`, colour: "var(--positive)" },
    { label: what.value === "loss" ? "test" : `${metric}, test`, colour: "var(--negative)", dash: [5, 3] },
  ];
  if (what.value === "loss" && penalized) lines.push({ label: "penalty", colour: "var(--good)", dash: [2, 3] });
  const columns = lines.length + 1;
  return (
    <Card
      name="losses"
      title="Losses"
      aside={
        <div class="row">
          <Choices label="What is drawn" value={what.value} choices={[["loss", "Loss"], ["metric", metric]]} change={(value) => (what.value = value)} />
          <Toggle label="log" value={log.value} change={(on) => (log.value = on)} title="A logarithmic axis" />
        </div>
      }
    >
      <Chart
        lines={lines}
        data={data.value.length >= columns ? data.value.slice(0, columns) : [[], ...lines.map(() => [])]}
        height={176}
        label="Losses over the steps"
        x="step"
        logY={log.value && what.value === "loss"}
      />
    </Card>
  );
}

export const metricName = () => ((made.value as { metric?: unknown } | undefined) && made.value!.classes ? "accuracy" : "R²");
