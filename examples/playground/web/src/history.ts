/** The losses since the beginning, thinned by half whenever they become too many to draw. */
import { signal } from "@preact/signals";
import type { Progress } from "./protocol";

const MOST = 3000;

export interface History {
  step: number[];
  loss: (number | null)[];
  test: (number | null)[];
  penalty: (number | null)[];
  metric: (number | null)[];
  testMetric: (number | null)[];
}

const empty = (): History => ({ step: [], loss: [], test: [], penalty: [], metric: [], testMetric: [] });

export let history = empty();
/** Counts up when `history` has changed. */
export const recorded = signal(0);

export function clearHistory(): void {
  history = empty();
  recorded.value++;
}

export function record(progress: Progress): void {
  // An edited weight changes the loss of the step that is there already; who goes back, forgets.
  while (history.step.at(-1)! >= progress.step) for (const row of Object.values(history)) row.pop();
  history.step.push(progress.step);
  history.loss.push(progress.loss);
  history.test.push(progress.test_loss);
  history.penalty.push(progress.penalty);
  history.metric.push(progress.metric);
  history.testMetric.push(progress.test_metric);
  if (history.step.length > MOST) {
    for (const row of Object.values(history)) {
      let kept = 0;
      for (let i = 0; i < row.length; i += 2) row[kept++] = row[i];
      row.length = kept;
    }
  }
  recorded.value++;
}
