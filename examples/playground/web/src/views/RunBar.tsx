/** Play, step, reset, how fast, and where the run stands. */
import { useSignal } from "@preact/signals";
import { metricName } from "./Losses";
import { percent, short, whole } from "../numbers";
import { Select } from "../parts/fields";
import { advance, made, make, progress, running, state } from "../state";
import { framesPerSecond, play, speed, SPEEDS, stop } from "../run";
import { isHidden } from "../link";

export function RunBar() {
  const stride = useSignal("batches");
  const now = progress.value!;
  const seeds = state.value.seeds;
  return (
    <section class="run" aria-label="Run">
      <div class="row">
        <button type="button" class="main play" onClick={() => (running.value ? stop() : void play())} aria-pressed={undefined}>
          {running.value ? "❚❚ Pause" : "▶ Play"}
        </button>
        <button type="button" disabled={running.value} onClick={() => void advance({ command: "step", [stride.value]: 1 })}>
          Step
        </button>
        <Select quiet label="A step is" value={stride.value} choices={[{ value: "batches", label: "of a batch" }, { value: "epochs", label: "of an epoch" }]} change={(value) => (stride.value = value)} />
        <button type="button" onClick={() => void make({ command: "reset" })} title="Back to the first weights">
          Reset
        </button>
        <button type="button" onClick={() => void make({ command: "reset", seeds: { weights: seeds.weights + 1 } })} title={`Weights of seed ${seeds.weights + 1}`}>
          New weights
        </button>
      </div>
      {!isHidden("speed") && (
        <Select
          quiet
          label="Speed"
          value={speed.value}
          choices={Object.entries(SPEEDS).map(([value, { label }]) => ({ value, label }))}
          change={(value) => (speed.value = value)}
        />
      )}
      <dl class="meters" aria-label="Where the run stands">
        <Meter name="Epoch" value={whole(now.epoch)} />
        <Meter name="Step" value={whole(now.step)} />
        <Meter name="Training loss" value={short(now.loss)} />
        <Meter name="Test loss" value={short(now.test_loss)} />
        <Meter name={`Test ${metricName()}`} value={made.value!.classes ? (now.test_metric === null ? "–" : percent(now.test_metric)) : short(now.test_metric)} />
        {now.penalty ? <Meter name="of it penalty" value={short(now.penalty)} /> : null}
        <Meter name="Frames/s" value={running.value ? framesPerSecond.value.toFixed(0) : "–"} />
      </dl>
    </section>
  );
}

function Meter({ name, value }: { name: string; value: string }) {
  return (
    <div class="meter">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
