/** The fields that all controls are made of: each has a label that a screen reader reads. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { short } from "../numbers";

export type Choice = string | { value: string; label: string };

export function Select(props: {
  label: string;
  value: string;
  choices: readonly Choice[];
  change: (value: string) => void;
  quiet?: boolean; // the label is for screen readers alone
  title?: string;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id} class={props.quiet ? "unseen" : undefined}>
        {props.label}
      </label>
      <select
        id={id}
        value={props.value}
        title={props.title}
        disabled={props.disabled}
        onChange={(event) => props.change(event.currentTarget.value)}
      >
        {props.choices.map((choice) => {
          const { value, label } = typeof choice === "string" ? { value: choice, label: choice } : choice;
          return (
            <option key={value} value={value} selected={value === props.value}>
              {label}
            </option>
          );
        })}
      </select>
    </div>
  );
}

export function Slider(props: {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  change: (value: number) => void;
  show?: (value: number) => string;
  live?: boolean; // tell every move, not only where the thumb comes to rest
}) {
  const id = useId();
  const read = (event: { currentTarget: HTMLInputElement }) =>
    props.change(event.currentTarget.valueAsNumber);
  const shown = (props.show ?? ((value: number) => short(value)))(props.value);
  return (
    <div class="field">
      <label for={id}>
        {props.label} <output class="number">{shown}</output>
      </label>
      <input
        id={id}
        type="range"
        min={props.min}
        max={props.max}
        step={props.step}
        value={props.value}
        aria-valuetext={shown}
        {...(props.live ? { onInput: read } : { onChange: read })}
      />
    </div>
  );
}

export function NumberField(props: {
  label: string;
  value: number | null;
  change: (value: number) => void;
  clear?: () => void; // what an empty field means, where it means something
  min?: number;
  max?: number;
  step?: number | "any";
  quiet?: boolean;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id} class={props.quiet ? "unseen" : undefined}>
        {props.label}
      </label>
      <input
        id={id}
        type="number"
        class="number"
        value={props.value ?? ""}
        min={props.min}
        max={props.max}
        step={props.step ?? "any"}
        disabled={props.disabled}
        onChange={(event) => {
          const value = event.currentTarget.valueAsNumber;
          if (Number.isFinite(value)) props.change(value);
          else if (event.currentTarget.value === "") props.clear?.();
        }}
      />
    </div>
  );
}

export function Toggle(props: {
  label: ComponentChildren;
  value: boolean;
  change: (value: boolean) => void;
  title?: string;
  disabled?: boolean;
}) {
  return (
    <label class="toggle" title={props.title}>
      <input
        type="checkbox"
        checked={props.value}
        disabled={props.disabled}
        onChange={(event) => props.change(event.currentTarget.checked)}
      />
      <span>{props.label}</span>
    </label>
  );
}

/** A few choices side by side, one of them pressed. */
export function Choices<T extends string>(props: {
  label: string;
  value: T;
  choices: readonly (readonly [value: T, label: string])[];
  change: (value: T) => void;
}) {
  return (
    <div class="choices" role="group" aria-label={props.label}>
      {props.choices.map(([value, label]) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === props.value}
          onClick={() => props.change(value)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
