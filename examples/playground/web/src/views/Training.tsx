/** How it is trained: optimizer, rate, loss, penalty, first weights, precision. Names are Keras's. */
import { useSignal } from "@preact/signals";
import { Card } from "../parts/Card";
import { NumberField, Select, Slider, Toggle } from "../parts/fields";
import { Hideable } from "../parts/Hideable";
import { ClassChoice } from "../parts/Options";
import type { Configured, State } from "../protocol";
import { RuleChoice } from "./RuleChoice";
import { change, hello, made, make, setLive, state } from "../state";

export function Training() {
  const known = hello.value!;
  const { kernel_initializer, bias_initializer, dtype, rule, shuffle, seeds } = state.value;
  const { layers, output, loss_weight, resolution } = state.value;
  return (
    <Card name="training" title="Training">
      <div class="stack">
        <Hideable name="rule">
          <RuleChoice />
        </Hideable>
        {!rule && <ByGradient />}
        <Hideable name="first_weights">
          <ClassChoice
            label="Kernels begin with"
            known={known.initializers}
            value={kernel_initializer}
            change={(value) => void change({ kernel_initializer: value! })}
          />
        </Hideable>
        <Hideable name="more">
          <details class="options">
            <summary>Biases, seeds, precision, maps</summary>
            <div class="stack">
              <ClassChoice label="Biases begin with" known={known.initializers} value={bias_initializer} change={(value) => void change({ bias_initializer: value! })} />
              <div class="pair">
                <NumberField label="Seed: weights" value={seeds.weights} min={0} step={1} change={(weights) => void make({ command: "reset", seeds: { weights } })} />
                <NumberField label="Seed: batches" value={seeds.batches} min={0} step={1} change={(batches) => void make({ command: "reset", seeds: { batches } })} />
              </div>
              <Select label="Precision" value={dtype} choices={["float32", "float64"]} change={(value) => void change({ dtype: value as State["dtype"] })} />
              <Toggle
                label="Layers have biases"
                value={output!.use_bias !== false}
                change={(use_bias) =>
                  void change({
                    layers: layers.map((layer) => (layer.use_bias === undefined ? layer : { ...layer, use_bias })),
                    output: { ...output!, use_bias },
                  })
                }
              />
              <NumberField label="Weight of the loss" value={loss_weight} min={0.001} change={(value) => void change({ loss_weight: value })} />
              <Select
                label="Columns and rows of a map"
                value={String(resolution)}
                choices={[...new Set([20, 40, 60, 80, resolution])].sort((a, b) => a - b).map(String)}
                change={(value) => void change({ resolution: Number(value) }, true)}
              />
              <Toggle label="Shuffle in every epoch" value={shuffle} change={(on) => void change({ shuffle: on })} />
            </div>
          </details>
        </Hideable>
      </div>
    </Card>
  );
}

/** What Keras trains by: a rule of the perceptron has none of it. */
function ByGradient() {
  const known = hello.value!;
  const { optimizer, loss, kernel_regularizer } = state.value;
  return (
    <>
      <Hideable name="optimizer">
        <ClassChoice
          label="Optimizer"
          known={known.optimizers}
          value={optimizer}
          except={["learning_rate"]}
          fresh={(name) => ({ learning_rate: known.rates[name] })}
          change={(value) => void change({ optimizer: value as State["optimizer"] })}
        />
      </Hideable>
      <Hideable name="rate">
        <Rate />
      </Hideable>
      <Hideable name="loss">
        <Select label="Loss" value={loss ?? ""} choices={known.losses[made.value!.kind] ?? []} change={(name) => void change({ loss: name })} />
      </Hideable>
      <Hideable name="penalty">
        <ClassChoice
          label="Penalty on kernels"
          known={known.regularizers}
          value={kernel_regularizer}
          none="none"
          change={(value) => void change({ kernel_regularizer: value })}
        />
      </Hideable>
    </>
  );
}

function Rate() {
  const { optimizer } = state.value;
  const known = hello.value!.schedules;
  const rate = optimizer.learning_rate;
  const moved = useSignal<number | null>(null);
  const set = (learning_rate: State["optimizer"]["learning_rate"]) => void change({ optimizer: { ...optimizer, learning_rate } });
  const isSchedule = typeof rate !== "number";
  return (
    <>
      {!isSchedule && (
        <div class="pair rate">
          <Slider
            label="Learning rate"
            value={Math.log10(moved.value ?? (rate || 1e-6))}
            min={-5}
            max={1}
            step={0.1}
            live
            show={() => ""}
            change={(power) => {
              const value = Number((10 ** power).toPrecision(2));
              moved.value = value;
              void setLive({ learning_rate: value }).then(() => (moved.value = null));
            }}
          />
          <NumberField quiet label="Learning rate, exactly" value={rate} min={0} change={(value) => void setLive({ learning_rate: value })} />
        </div>
      )}
      <ClassChoice
        label={isSchedule ? "Learning rate" : "Schedule"}
        known={known}
        value={isSchedule ? (rate as Configured) : null}
        none="constant"
        fresh={(name) => firstSchedule(name, typeof rate === "number" ? rate : hello.value!.rates[optimizer.class])}
        change={(value) => set((value as State["optimizer"]["learning_rate"] | null) ?? hello.value!.rates[optimizer.class])}
      />
    </>
  );
}

/** Schedules have options without a default: these bend within some tens of epochs. */
function firstSchedule(name: string, rate: number): Partial<Configured> {
  switch (name) {
    case "PiecewiseConstantDecay":
      return { boundaries: [500, 1500], values: [rate, rate / 10, rate / 100] };
    case "CosineDecayRestarts":
      return { initial_learning_rate: rate, first_decay_steps: 500 };
    case "ExponentialDecay":
    case "InverseTimeDecay":
      return { initial_learning_rate: rate, decay_steps: 500, decay_rate: 0.5 };
    default:
      return { initial_learning_rate: rate, decay_steps: 2000 };
  }
}
