/**
 * Playing: a step, its frame, and the next as soon as this one is being painted.
 *
 * While the page paints, the session computes; there is never more than one step on the way, so a
 * slow page slows the training down and nothing piles up.
 */
import { signal } from "@preact/signals";
import { fetchNext, running } from "./state";
import type { Command } from "./transport/transport";

export interface Speed {
  label: string;
  step: Omit<Command, "command">;
  pause: number; // milliseconds between two frames, at least
}

export const SPEEDS: Record<string, Speed> = {
  slow: { label: "1 batch a second", step: { batches: 1 }, pause: 1000 },
  calm: { label: "5 batches a second", step: { batches: 1 }, pause: 200 },
  batch: { label: "1 batch a frame", step: { batches: 1 }, pause: 0 },
  epoch: { label: "1 epoch a frame", step: { epochs: 1 }, pause: 0 },
  epochs: { label: "10 epochs a frame", step: { epochs: 10 }, pause: 0 },
  fast: { label: "as fast as it goes", step: { milliseconds: 40 }, pause: 0 },
};
export const speed = signal("epoch");

/** Frames painted in the last second of playing. */
export const framesPerSecond = signal(0);

const painted = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function play(): Promise<void> {
  if (running.value) return;
  running.value = true;
  const times: number[] = [];
  const request = () => fetchNext({ command: "step", ...SPEEDS[speed.value].step });
  let next: ReturnType<typeof request> | undefined = request();
  while (next) {
    const show = await next;
    if (!show) break;
    if (SPEEDS[speed.value].pause) await pause(SPEEDS[speed.value].pause);
    next = running.value ? request() : undefined;
    show();
    const now = await painted();
    times.push(now);
    while (times[0] < now - 1000) times.shift();
    if (times.length > 1) framesPerSecond.value = ((times.length - 1) * 1000) / (now - times[0]);
  }
  running.value = false;
}

export const stop = () => (running.value = false);
