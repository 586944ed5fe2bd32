/** When training stops by itself, and whether it then begins again. */
import { NumberField, Select, Toggle } from "../parts/fields";
import type { Stop } from "../protocol";
import { restartIn, stop as pause } from "../run";
import { made, progress, setLive, state } from "../state";

export function Stopping() {
  const { stop } = state.value;
  const { kind, points } = made.value!;
  const set = (part: Partial<Stop>) => void setLive({ stop: { when: "all_right", patience: 10, restart: false, ...stop, ...part } });
  const choices = [
    { value: "", label: "without end" },
    ...(kind === "classification" || stop?.when === "all_right" ? [{ value: "all_right", label: "until all are right" }] : []),
    ...(points.train.includes(false) || stop?.when === "test_loss" ? [{ value: "test_loss", label: "until test loss rests" }] : []),
  ];
  return (
    <>
      <Select
        quiet
        label="How long it plays"
        title="All training points right; or, as Keras's EarlyStopping, the test loss no longer falling"
        value={stop?.when ?? ""}
        choices={choices}
        change={(when) => (when ? set({ when: when as Stop["when"] }) : void setLive({ stop: null }))}
      />
      {stop?.when === "test_loss" && (
        <NumberField label="patience" value={stop.patience} min={1} max={1000} step={1} change={(patience) => set({ patience: Math.round(patience) })} />
      )}
      {stop && <Toggle label="and again" value={stop.restart} change={(restart) => set({ restart })} title="It begins again 5 seconds later, with other first weights" />}
    </>
  );
}

/** That it has stopped, and what comes next. */
export function Halted() {
  const { halted } = progress.value!;
  const seconds = restartIn.value;
  return (
    <div class="halted" role="status">
      {halted && (
        <div class="notice good">
          <span>
            {halted}
            {seconds !== null && " It begins again in 5 seconds, with other first weights."}
          </span>
          {seconds !== null && (
            <span class="row">
              <span class="number" aria-hidden="true">
                {seconds} s
              </span>
              <button type="button" onClick={() => pause()}>
                Stay here
              </button>
            </span>
          )}
        </div>
      )}
    </div>
  );
}
