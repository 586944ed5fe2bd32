/** The weights into one unit, each with a field of its own: the keyboard's way to edit an edge. */
import { short } from "../numbers";
import { NumberField } from "../parts/fields";
import { chosenWeight, edit, frame, net, running, type Unit } from "../state";

export function UnitTable({ unit: { column, unit } }: { unit: Unit }) {
  if (column === 0) return null;
  const { columns, weightAt, biasAt } = net.value!;
  const { weights } = frame.value!;
  const before = columns[column - 1];
  const rows = before.labels.flatMap((label, from) => {
    const at = weightAt({ layer: column - 1, from, to: unit });
    return at === undefined ? [] : [{ label, at }];
  });
  const bias = biasAt(column, unit);
  if (bias !== undefined) rows.push({ label: "bias", at: bias });
  if (!rows.length) return null;
  return (
    <fieldset class="unit-weights">
      <legend>
        Weights into {columns[column].name}, unit {unit}
      </legend>
      {rows.map(({ label, at }) =>
        running.value ? (
          <div class="field" key={at}>
            <span class="small quiet">{label}</span>
            <span class={`number ${weights[at] < 0 ? "negative" : "positive"}`}>{short(weights[at], 4)}</span>
          </div>
        ) : (
          <div key={at} onFocusCapture={() => (chosenWeight.value = at)}>
            <NumberField label={label} value={Number(weights[at].toPrecision(6))} change={(value) => void edit(at, value)} />
          </div>
        ),
      )}
    </fieldset>
  );
}
