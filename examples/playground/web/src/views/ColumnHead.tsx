/** Above a column: its layer's name, how many units it has, its activation, what stands behind it. */
import type { Column } from "../net";
import type { LayerChoice } from "../protocol";
import { Select } from "../parts/fields";
import { change, hello, state } from "../state";
import { isHidden } from "../link";

const replaced = (at: number, layer: LayerChoice | null): LayerChoice[] =>
  state.value.layers.flatMap((old, index) => (index === at ? (layer ? [layer] : []) : [old]));

export function ColumnHead(props: { column: Column; index: number; x: number; width: number }) {
  const { column } = props;
  const canChange = !isHidden("layers");
  return (
    <div class="head" style={{ left: `${props.x}px`, top: 0, width: `${Math.min(props.width - 6, 130)}px` }}>
      {column.choice !== null && column.class === "Dense" && canChange ? (
        <Units column={column} at={column.choice} narrow={props.width < 84} />
      ) : (
        <span class="after">
          <span class="name" title={column.name}>
            {SHORT[column.class] ?? column.name}
          </span>
          {column.choice !== null && canChange && (
            <button type="button" class="remove" aria-label={`Remove ${column.name}`} onClick={() => void change({ layers: replaced(column.choice!, null) })}>
              ×
            </button>
          )}
        </span>
      )}
      {column.class === "Dense" && <Activation column={column} disabled={!canChange} />}
      {column.after.map((layer) => (
        <span class="after" key={layer.name} title={layer.name}>
          <span class="name">{shortened(layer.class, props.width < 84)}</span>
          {state.value.layers[layer.choice]?.rate !== undefined && (
            <Rate at={layer.choice} name={layer.name} disabled={!canChange} />
          )}
          {canChange && layer.choice >= 0 && (
            <button
              type="button"
              class="remove"
              aria-label={`Remove ${layer.name}`}
              onClick={() => void change({ layers: replaced(layer.choice, null) })}
            >
              ×
            </button>
          )}
        </span>
      ))}
    </div>
  );
}

const SHORT: Record<string, string> = {
  BatchNormalization: "BatchNorm.",
  LayerNormalization: "LayerNorm.",
};

const shortened = (name: string, narrow: boolean) => (narrow ? (SHORT[name] ?? name).slice(0, 4) : (SHORT[name] ?? name));

/** How much a Dropout drops. */
function Rate({ at, name, disabled }: { at: number; name: string; disabled: boolean }) {
  const layer = state.value.layers[at];
  return (
    <input
      type="number"
      class="rate"
      aria-label={`Rate of ${name}`}
      min={0}
      max={0.9}
      step={0.1}
      value={layer.rate}
      disabled={disabled}
      onChange={(event) => {
        const rate = event.currentTarget.valueAsNumber;
        if (Number.isFinite(rate)) void change({ layers: replaced(at, { ...layer, rate }) });
      }}
    />
  );
}

function Units(props: { column: Column; at: number; narrow: boolean }) {
  const { units, name } = props.column;
  const layer = state.value.layers[props.at];
  const key = layer.filters === undefined ? "units" : "filters";
  const set = (count: number) => void change({ layers: replaced(props.at, { ...layer, [key]: count }) });
  return (
    <span class="units" role="group" aria-label={`${name}: ${units} units`}>
      <button
        type="button"
        aria-label={units > 1 ? `One unit less in ${name}` : `Remove ${name}`}
        onClick={() => (units > 1 ? set(units - 1) : void change({ layers: replaced(props.at, null) }))}
      >
        −
      </button>
      <span class="number" title={`${name}: ${units} units`}>{units}</span>
      <button
        type="button"
        aria-label={`One unit more in ${name}`}
        disabled={units >= hello.value!.caps[key]}
        onClick={() => set(units + 1)}
      >
        +
      </button>
    </span>
  );
}

function Activation(props: { column: Column; disabled: boolean }) {
  const { choice, name, isOutput } = props.column;
  const chosen = isOutput ? state.value.output!.activation : (state.value.layers[choice!]?.activation ?? "linear");
  return (
    <Select
      quiet
      label={`Activation of ${name}`}
      title={`Activation of ${name}: ${chosen}`}
      value={chosen}
      disabled={props.disabled}
      choices={hello.value!.activations}
      change={(activation) =>
        void change(
          isOutput
            ? { output: { ...state.value.output, activation }, loss: null } // the loss that fits
            : { layers: replaced(choice!, { ...state.value.layers[choice!], activation }) },
        )
      }
    />
  );
}
