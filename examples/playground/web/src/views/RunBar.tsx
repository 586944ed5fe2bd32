/** Play, step, reset, how fast, and where the run stands. */
import { useSignal } from "@preact/signals";
import { metricName } from "./Losses";
import { percent, short, whole } from "../numbers";
import { NumberField, Select } from "../parts/fields";
import { made, make, progress, running, state } from "../state";
import { framesPerSecond, perSecond, play, speed, SPEEDS, stop, take } from "../run";
import { Hideable } from "../parts/Hideable";
import { Stopping } from "./Stopping";

export function RunBar() {
  const stride = useSignal<"batches" | "epochs">("batches");
  const count = useSignal(1);
  const now = progress.value!;
  const seeds = state.value.seeds;
  return (
    <section class="run" aria-label="Run">
      <div class="row">
        <button type="button" class="main play" onClick={() => (running.value ? stop() : void play())} aria-pressed={undefined}>
          {running.value ? "❚❚ Pause" : "▶ Play"}
        </button>
        <Hideable name="steps">
          <button type="button" disabled={running.value} onClick={() => void take(count.value, stride.value)}>
            Step
          </button>
          <NumberField
            quiet
            label="How many at a press"
            value={count.value}
            min={1}
            max={10000}
            step={1}
            change={(value) => (count.value = Math.max(1, Math.min(10000, Math.round(value))))}
          />
          <Select quiet label="A step is" value={stride.value} choices={[{ value: "batches", label: count.value > 1 ? "batches" : "batch" }, { value: "epochs", label: count.value > 1 ? "epochs" : "epoch" }]} change={(value) => (stride.value = value as "batches" | "epochs")} />
        </Hideable>
        <Hideable name="reset">
          <button type="button" onClick={() => void make({ command: "reset" })} title="Back to the first weights">
            Reset
          </button>
          <button type="button" onClick={() => void make({ command: "reset", seeds: { weights: seeds.weights + 1 } })} title={`Weights of seed ${seeds.weights + 1}`}>
            New weights
          </button>
        </Hideable>
      </div>
      <div class="row">
        <Hideable name="speed">
          <Select
            quiet
            label="Speed"
            value={speed.value}
            choices={Object.entries(SPEEDS).map(([value, { label }]) => ({ value, label }))}
            change={(value) => (speed.value = value)}
          />
          {speed.value === "rate" && (
            <NumberField quiet label="Batches a second" value={perSecond.value} min={0.1} max={1000} change={(value) => (perSecond.value = Math.max(0.1, Math.min(1000, value)))} />
          )}
        </Hideable>
        <Hideable name="stop">
          <Stopping />
        </Hideable>
      </div>
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
