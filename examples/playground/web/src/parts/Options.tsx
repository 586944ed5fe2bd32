/**
 * The options of a Keras class, as fields: {"class": "SGD", "momentum": 0.9}. Which there are, and
 * their defaults, comes from the session; what has its default is left out of the state.
 */
import type { Configured } from "../protocol";
import { NumberField, Select, Toggle } from "./fields";

type Known = Record<string, Record<string, unknown>>;

export function ClassChoice(props: {
  label: string;
  known: Known;
  value: Configured | null;
  none?: string; // what null is called, where it may be chosen
  change: (value: Configured | null) => void;
  fresh?: (name: string) => Partial<Configured>; // what a class begins with
  except?: string[]; // options that have a place of their own
}) {
  const choices = [
    ...(props.none === undefined ? [] : [{ value: "", label: props.none }]),
    ...Object.keys(props.known),
  ];
  return (
    <>
      <Select
        label={props.label}
        value={props.value?.class ?? ""}
        choices={choices}
        change={(name) => props.change(name ? { class: name, ...props.fresh?.(name) } : null)}
      />
      {props.value && <OptionFields {...props} value={props.value} />}
    </>
  );
}

function OptionFields(props: {
  label: string;
  known: Known;
  value: Configured;
  change: (value: Configured) => void;
  except?: string[];
}) {
  const defaults = Object.entries(props.known[props.value.class] ?? {}).filter(
    ([name, standard]) => !props.except?.includes(name) && (standard === null || typeof standard !== "object"),
  );
  if (!defaults.length) return null;
  const set = (name: string, value: unknown) => props.change({ ...props.value, [name]: value });
  return (
    <details class="options">
      <summary>
        Options of {props.value.class}
        <span class="quiet small"> {changed(props.value)}</span>
      </summary>
      <div class="pair">
        {defaults.map(([name, standard]) => {
          const value = props.value[name] ?? standard;
          if (typeof standard === "boolean") {
            return <Toggle key={name} label={name} value={value as boolean} change={(on) => set(name, on)} />;
          }
          if (typeof standard === "string") return null;
          return (
            <NumberField
              key={name}
              label={name}
              value={value as number | null}
              change={(one) => set(name, one)}
              clear={() => set(name, standard)}
            />
          );
        })}
      </div>
    </details>
  );
}

const changed = ({ class: _class, learning_rate: _rate, ...rest }: Configured) =>
  Object.entries(rest)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
