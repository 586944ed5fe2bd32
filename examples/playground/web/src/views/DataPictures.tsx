/** The data sets of one kind as small pictures. */
import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { classColour, colourOf, css, dark } from "../colours";
import type { DataSet } from "../protocol";
import { hello, made, state } from "../state";
import { classOf } from "./marks";

export function DataPictures({ choose }: { choose: (name: string) => void }) {
  const { name } = state.value.data;
  const shown = Object.entries(hello.value!.data).filter(([, one]) => one.kind === made.value!.kind && one.sample);
  return (
    <div class="pictures" role="group" aria-label="Data sets as pictures">
      {shown.map(([key, one]) => (
        <button key={key} type="button" class="picture" title={one.title} aria-label={one.title} aria-pressed={key === name} onClick={() => choose(key)}>
          <Dots data={one} />
        </button>
      ))}
    </div>
  );
}

const SIDE = 72; // pixels, of which a screen may show half
const REACH = 6.3;

function Dots({ data }: { data: DataSet }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    void dark.value;
    if (!canvas.current) return;
    const pen = canvas.current.getContext("2d")!;
    pen.clearRect(0, 0, SIDE, SIDE);
    const { inputs, labels } = data.sample!;
    inputs.forEach((input, at) => {
      const label = labels?.[at] ?? null;
      // Over one input the label is the height.
      const [x, y] = input.length > 1 ? input : [input[0], 4 * label!];
      const isClass = data.classes > 0 && label !== null;
      pen.fillStyle = css(isClass ? classOf(data, label) : label === null || input.length === 1 ? classColour(1) : colourOf(label));
      pen.beginPath();
      pen.arc(SIDE * (0.5 + x / (2 * REACH)), SIDE * (0.5 - y / (2 * REACH)), 3.4, 0, 2 * Math.PI);
      pen.fill();
    });
  });
  return <canvas ref={canvas} width={SIDE} height={SIDE} aria-hidden="true" />;
}
