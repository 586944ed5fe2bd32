/** Which weight a panel speaks of: chosen on the drawing by a click on an edge, or here by name. */
import { useEffect } from "preact/hooks";
import { NumberField, Select } from "../parts/fields";
import { chosenWeight, made, net } from "../state";

export function WeightChoice() {
  const trained = made.value!.layout.weights.filter(({ trainable }) => trainable);
  const at = chosenWeight.value ?? trained[0]?.offset ?? 0;
  useEffect(() => {
    if (chosenWeight.value === null && trained.length) chosenWeight.value = trained[0].offset;
  });
  const { weight, index } = net.value!.indexOf(at);
  const place = trained.find(({ name }) => name === weight);
  if (!place) return null;
  const set = (axis: number, value: number) => {
    const next = index.map((old, one) => (one === axis ? Math.max(0, Math.min(place.shape[axis] - 1, Math.round(value))) : old));
    chosenWeight.value = place.offset + next.reduce((sum, one, axisAt) => sum * place.shape[axisAt] + one, 0);
  };
  return (
    <div class="row end">
      <Select
        label="Weight"
        value={weight}
        choices={trained.map(({ name }) => name)}
        change={(name) => (chosenWeight.value = trained.find((one) => one.name === name)!.offset)}
      />
      {index.map((value, axis) => (
        <NumberField key={axis} label={`index ${axis}`} value={value} min={0} max={place.shape[axis] - 1} step={1} change={(one) => set(axis, one)} />
      ))}
    </div>
  );
}
