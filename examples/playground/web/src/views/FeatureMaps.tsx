/**
 * A tiny CNN: an image, its filters, and what every layer makes of the image. Of a sequence the
 * image has a row for each channel and a column for each moment, and a map is one row over time.
 */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Picture } from "../parts/Picture";
import { percent, short } from "../numbers";
import { ask, frame, made, running } from "../state";

interface Told {
  row: number;
  image: number[][];
  label: number;
  output: number[];
  layers: { name: string; class: string; maps?: number[][][]; filters?: number[][][][]; biases?: number[] | null; values?: number[] }[];
}

export function FeatureMaps() {
  const row = useSignal(0);
  const told = useSignal<Told>();
  const asked = useRef(0);
  useSignalEffect(() => {
    void [frame.value, row.value];
    const now = performance.now();
    if (running.value && now - asked.current < 60) return;
    asked.current = now;
    void ask({ command: "feature_maps", row: row.value }).then((answer) => answer && (told.value = answer));
  });
  const now = told.value;
  const many = made.value!.points.inputs.length;
  const overTime = made.value!.layers[0].shape.length === 2;
  const noun = overTime ? "sequence" : "image";
  if (!now) return null;
  const says = now.output.indexOf(Math.max(...now.output));
  return (
    <div class="stack cnn">
      <div class="row">
        <button type="button" aria-label={`${overTime ? "Sequence" : "Image"} before`} onClick={() => (row.value = (row.value + many - 1) % many)}>
          ◀
        </button>
        <span class="number">
          {noun} {now.row} of {many}, class {now.label}
        </span>
        <button type="button" aria-label={`Next ${noun}`} onClick={() => (row.value = (row.value + 1) % many)}>
          ▶
        </button>
        <span class={says === now.label ? "ok" : "no"}>
          says {says} ({percent(now.output[says])}), {says === now.label ? "right" : "wrong"}
        </span>
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label="Layers, from the image to the output">
        <div class="cnn-row">
          <Column title={overTime ? "frequency over time" : "image"}>
            <Picture values={now.image} size={overTime ? 108 : 72} label={`the ${noun}`} />
          </Column>
          {now.layers.map((layer) =>
            layer.maps ? (
              <Column key={layer.name} title={layer.name}>
                <div class="maps">
                  {layer.maps.map((map, at) => (
                    <div class="map" key={at}>
                      {layer.filters && <Filter filter={layer.filters[at]} bias={layer.biases?.[at]} at={at} />}
                      <Picture values={map} size={overTime ? 108 : 60} height={overTime ? 18 : undefined} label={`${layer.name}, map ${at}`} />
                    </div>
                  ))}
                </div>
              </Column>
            ) : layer.class === "Dense" || layer.class.startsWith("Global") ? (
              <Column key={layer.name} title={layer.name}>
                <div class="bars">
                  {layer.values!.map((value, at) => (
                    <div class="bar-line number" key={at}>
                      <span>{at}</span>
                      <span class="bar-ground">
                        <i style={{ width: `${100 * Math.min(1, Math.abs(value))}%`, background: value < 0 ? "var(--negative)" : "var(--positive)" }} />
                      </span>
                      <span>{short(value, 2)}</span>
                    </div>
                  ))}
                </div>
              </Column>
            ) : null,
          )}
        </div>
      </div>
      <p class="small quiet">
        Beside each map stands the filter that makes it: blue is positive, orange negative. A filter's numbers show under
        the pointer.
        {overTime && " A filter has a row for each channel of what it sees, and a column for each moment of its window; it slides along time."}
      </p>
    </div>
  );
}

function Column(props: { title: string; children: preact.ComponentChildren }) {
  return (
    <div class="cnn-column">
      <span class="small quiet">{props.title}</span>
      {props.children}
    </div>
  );
}

/** How wide a filter is drawn: of many rows with smaller pixels. */
export const windowWidth = (rows: number[][]) => rows[0].length * Math.min(11, 84 / rows.length);

/** The channels of a filter, one below the other. */
function Filter({ filter, bias, at }: { filter: number[][][]; bias?: number; at: number }) {
  const numbers = filter.map((channel) => channel.map((line) => line.map((one) => short(one)).join("  ")).join("\n")).join("\n\n");
  return (
    <div class="filter" title={`filter ${at}\n${numbers}${bias === undefined ? "" : `\nbias ${short(bias)}`}`}>
      {filter.slice(0, 4).map((channel, one) => (
        <Picture key={one} values={channel} size={filter.length > 1 ? 20 : windowWidth(channel)} label={`filter ${at}, channel ${one}`} />
      ))}
    </div>
  );
}
