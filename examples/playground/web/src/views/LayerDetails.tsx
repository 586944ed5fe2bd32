/**
 * One layer with every option that it has: where its kernel and its biases begin, its own penalty,
 * windows, moments. What is left at "as all layers" follows the choice for all.
 */
import { useSignal } from "@preact/signals";
import { NumberField, Select, Toggle } from "../parts/fields";
import { ClassChoice } from "../parts/Options";
import type { Configured, LayerChoice } from "../protocol";
import { change, hello, made, state } from "../state";

interface Choice {
  name: string; // of the layer
  given: LayerChoice;
  set(part: Partial<LayerChoice>): void;
}

/** The layers of the network that have options, in their order. */
function choices(): Choice[] {
  const { layers, output } = state.value;
  const named = made.value!.layers.slice(1);
  const hidden = layers.map((given, at) => ({
    name: named[at].name,
    given,
    set: (part: Partial<LayerChoice>) =>
      void change({ layers: layers.map((old, one) => (one === at ? { ...old, ...part } : old)) }),
  }));
  const last = {
    name: "output",
    given: { class: "Dense", ...output } as LayerChoice,
    set: (part: Partial<LayerChoice>) => void change({ output: { ...output!, ...part } }),
  };
  return [...hidden, last].filter(({ given }) => Object.keys(hello.value!.layers[given.class]).length);
}

export function LayerDetails() {
  const wanted = useSignal("");
  const all = choices();
  const one = all.find(({ name }) => name === wanted.value) ?? all[0];
  return (
    <details class="options layer-details">
      <summary>Options of single layers</summary>
      <div class="stack">
        <Select label="Layer" value={one.name} choices={all.map(({ name }) => name)} change={(name) => (wanted.value = name)} />
        <div class="layer-fields">
          {Object.keys(hello.value!.layers[one.given.class]).map((option) => (
            <Option key={`${one.name} ${option}`} option={option} {...one} />
          ))}
        </div>
      </div>
    </details>
  );
}

const SHARED: Record<string, "initializers" | "regularizers"> = {
  kernel_initializer: "initializers",
  bias_initializer: "initializers",
  kernel_regularizer: "regularizers",
};

function Option({ option, name, given, set }: Choice & { option: string }) {
  const known = hello.value!;
  const value = given[option];
  if (name === "output" && option === "units") return null; // the data say how many
  if (SHARED[option]) {
    const ofAll = state.value[option as "kernel_regularizer"];
    return (
      <div class="stack tight">
        <ClassChoice
          label={option}
          known={known[SHARED[option]]}
          value={value as Configured | null}
          none={`as all layers (${ofAll?.class ?? "none"})`}
          change={(one) => set({ [option]: one })}
        />
      </div>
    );
  }
  if (option === "activation") return <Select label={option} value={value as string} choices={known.activations} change={(one) => set({ activation: one })} />;
  if (option === "padding") return <Select label={option} value={value as string} choices={["same", "valid"]} change={(one) => set({ padding: one })} />;
  if (typeof value === "boolean") return <Toggle label={option} value={value} change={(on) => set({ [option]: on })} />;
  return <NumberField label={option} value={value as number} min={0} change={(one) => set({ [option]: one })} />;
}
