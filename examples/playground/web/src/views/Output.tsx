/** What the network makes of its inputs: the map of its output, or of the unit that is chosen. */
import { useSignal } from "@preact/signals";
import { Card } from "../parts/Card";
import { Toggle } from "../parts/fields";
import { chosen, made, net } from "../state";
import { looked } from "./shown";
import { Curve } from "./Curve";
import { LineSaid } from "./Line";
import { Plane } from "./Plane";
import { Scale } from "./Scale";

export function Output() {
  const discrete = useSignal(false);
  const testPoints = useSignal(false);
  const inputs = made.value!.points.names.length; // 0 of images
  if (!inputs) return null; // the feature maps show everything
  const { columns } = net.value!;
  const unit = looked();
  const title = unit ? columns[unit.column].labels[unit.unit] : "Output";
  const isPlane = made.value!.layout.rows > 1 && inputs === 2;
  return (
    <Card
      name="output"
      title={title}
      aside={chosen.value && <button class="plain" onClick={() => (chosen.value = null)}>Show the output</button>}
    >
      <div class="stack">
        {isPlane ? (
          <Plane discrete={discrete} testPoints={testPoints} />
        ) : inputs === 1 ? (
          <Curve />
        ) : (
          <p class="quiet small">The inputs have {inputs} dimensions: there is no plane to colour. See the points below.</p>
        )}
        {isPlane && made.value!.kind === "autoencoder" && !unit && (
          <p class="small quiet">
            A line leads from each point to where the network puts it; the colours are the first of its outputs.
          </p>
        )}
        {isPlane && !unit && <LineSaid />}
        {isPlane && <Scale />}
        <div class="row">
          {isPlane && (
            <Toggle label="Discretize" value={discrete.value} change={(on) => (discrete.value = on)} title="Only which side, not how sure" />
          )}
          {isPlane && <Toggle label="Show test data" value={testPoints.value} change={(on) => (testPoints.value = on)} />}
        </div>
      </div>
    </Card>
  );
}
