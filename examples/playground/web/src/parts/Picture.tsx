/** A table of numbers as coloured pixels: the largest in full colour, zero in none. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { colourOf, css, dark } from "../colours";

interface Shown {
  values: number[][];
  size: number; // its width
  height?: number; // where pixels are no squares
  label: string;
}

export function Picture({ values, size, height, label }: Shown) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const wanted = useSignal(values);
  wanted.value = values;
  useSignalEffect(() => {
    void dark.value;
    const rows = wanted.value;
    if (!canvas.current) return;
    [canvas.current.width, canvas.current.height] = [rows[0].length, rows.length];
    const pen = canvas.current.getContext("2d")!;
    const most = Math.max(1e-6, ...rows.flat().map(Math.abs));
    rows.forEach((line, y) =>
      line.forEach((value, x) => {
        pen.fillStyle = css(colourOf(value, most));
        pen.fillRect(x, y, 1, 1);
      }),
    );
  });
  return <canvas ref={canvas} class="picture-map" style={{ width: `${size}px`, height: `${height ?? (size * values.length) / values[0].length}px` }} role="img" aria-label={label} />;
}
