/** Who trains: Keras's optimizer, or a rule of the perceptron, of one unit and two classes. */
import { NumberField, Select } from "../parts/fields";
import type { Rule } from "../protocol";
import { change, hello, made, setLive, state } from "../state";

export function RuleChoice() {
  const { rule } = state.value;
  const { rules } = hello.value!;
  const { kind, classes, points } = made.value!;
  const fits = kind === "classification" && classes === 2 && points.names.length > 0;
  if (!rule && !fits) return null;
  /** A rule trains one linear unit: what it needs is set with it, and what fits Keras without it. */
  const choose = (name: string) =>
    void change({
      rule: name ? { class: name } : null,
      output: null,
      loss: null,
      ...(name ? { layers: [], kernel_regularizer: null, engines: ["scratch"] } : {}),
    });
  return (
    <>
      <Select
        label="What trains"
        value={rule?.class ?? ""}
        choices={[
          { value: "", label: "Keras's optimizer" },
          ...Object.keys(rules).map((name) => ({ value: name, label: `perceptron: ${SAID[name] ?? name}` })),
        ]}
        change={choose}
      />
      {rule && <RuleOptions rule={rule} options={Object.keys(rules[rule.class])} />}
    </>
  );
}

const SAID: Record<string, string> = {
  Rosenblatt: "Rosenblatt's rule",
  Batch: "all mistakes at once",
  Averaged: "the mean of all lines",
};

function RuleOptions({ rule, options }: { rule: Rule; options: string[] }) {
  return (
    <>
      {options.map((name) =>
        name === "learning_rate" ? (
          <NumberField key={name} label={name} value={rule.learning_rate!} min={0} change={(learning_rate) => void setLive({ learning_rate })} />
        ) : (
          <NumberField key={name} label={name} value={rule[name] as number} min={0} change={(value) => void change({ rule: { ...rule, [name]: value } }, true)} />
        ),
      )}
      <p class="small quiet">Keras has no such rule: a single unit is corrected without a loss; the hinge is shown as one.</p>
    </>
  );
}
