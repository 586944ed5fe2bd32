/** All weights as tables: a row for each input, a column for each unit, colour and number in each. */
import { colourOf, css, dark } from "../colours";
import { short } from "../numbers";
import type { WeightPlace } from "../protocol";
import { chosenWeight, edit, frame, made, net, running } from "../state";
import { NumberField } from "../parts/fields";

export function Weights() {
  const { weights } = made.value!.layout;
  return (
    <>
      <p class="intro">
        Every number that the network is made of: blue is positive, orange negative, in full colour the largest of its
        table. Choose one to edit it.
      </p>
      <div class="stack">
        <Editor />
        <div class="weight-tables">
          {weights.map((place) => (
            <Table key={place.name} place={place} />
          ))}
        </div>
      </div>
    </>
  );
}

function Editor() {
  const at = chosenWeight.value;
  if (at === null || running.value) return null;
  return (
    <div class="row end one-weight">
      <NumberField label={net.value!.weightName(at)} value={Number(frame.value!.weights[at].toPrecision(6))} change={(value) => void edit(at, value)} />
    </div>
  );
}

/** Of a filter's weights the columns are its last axis, the filters; rows are all others. */
function Table({ place }: { place: WeightPlace }) {
  void dark.value;
  const { name, shape, offset, size, trainable } = place;
  const columns = shape.length > 1 ? shape.at(-1)! : size;
  const values = frame.value!.weights.subarray(offset, offset + size);
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6);
  const rows = Array.from({ length: size / columns }, (_, row) => row);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`The weight ${name}`}>
      <table class="numbers weights">
        <caption>
          {name} <span class="quiet">({shape.join(" × ")}{trainable ? "" : ", not trained"})</span>
        </caption>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <th scope="row">{shape.length > 1 ? rowName(shape, row) : ""}</th>
              {Array.from({ length: columns }, (_, column) => {
                const at = offset + row * columns + column;
                const value = values[row * columns + column];
                const [r, g, b] = colourOf(value, most);
                return (
                  <td key={column} class={`n${chosenWeight.value === at ? " picked" : ""}`} style={{ background: css([r, g, b]), color: inkOn(r, g, b) }}>
                    <button type="button" class="cell" aria-label={`${net.value!.weightName(at)}: ${short(value)}`} onClick={() => (chosenWeight.value = at)}>
                      {short(value)}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What is written on a colour: dark on light, light on dark. */
const inkOn = (r: number, g: number, b: number) => (0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#14171b" : "#ffffff");

/** The place in all axes but the last. */
function rowName(shape: number[], row: number): string {
  const index: number[] = [];
  for (const length of shape.slice(0, -1).toReversed()) {
    index.unshift(row % length);
    row = Math.floor(row / length);
  }
  return index.join(", ");
}
