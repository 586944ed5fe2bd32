/** What the colours of the large map mean, with numbers. */
import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { colourOf, css, dark } from "../colours";
import { short } from "../numbers";
import { frame, made } from "../state";
import { classOf, drawMark } from "./marks";
import { scalingOf } from "./scaling";
import { shownMaps } from "./shown";

export function Scale() {
  const { classes, points } = made.value!;
  const now = frame.value!;
  const { maps, activation, isAll } = shownMaps(now);
  if (!maps[0]) return null;
  if (isAll && classes > 2) {
    return (
      <div class="keys">
        {Array.from({ length: classes }, (_, one) => (
          <ClassKey key={one} label={one} />
        ))}
      </div>
    );
  }
  const { middle, range } = scalingOf(maps[0], activation);
  const stops = [-1, -0.5, 0, 0.5, 1].map((share) => css(colourOf(share)));
  return (
    <div class="scale">
      <div class="bar" style={{ background: `linear-gradient(to right, ${stops.join(", ")})` }} />
      <div class="ends">
        {[-1, 0, 1].map((share) => (
          <span key={share}>{short(middle + share * range)}</span>
        ))}
      </div>
      {classes === 2 && points.labels && (
        <div class="keys">
          <ClassKey label={0} />
          <ClassKey label={1} />
        </div>
      )}
    </div>
  );
}

function ClassKey({ label }: { label: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useSignalEffect(() => {
    void dark.value;
    if (!canvas.current || !made.value) return;
    const paper = canvas.current.getContext("2d")!;
    paper.clearRect(0, 0, 28, 28);
    const fill = css(classOf(made.value, label));
    drawMark(paper, label, 14, 14, { fill, edge: fill, radius: 8 });
  });
  return (
    <span class="key">
      <canvas ref={canvas} width="28" height="28" style={{ width: "14px", height: "14px" }} />
      class {label}
    </span>
  );
}

