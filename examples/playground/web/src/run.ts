/**
 * Playing: a step, its frame, and the next as soon as this one is being painted.
 *
 * While the page paints, the session computes; there is never more than one step on the way, so a
 * slow page slows the training down and nothing piles up.
 */
import { signal } from "@preact/signals";
import { advance, type Fetched, fetchNext, make, progress, running, state } from "./state";
import type { Command } from "./transport/transport";

export interface Speed {
  label: string;
  step(): Omit<Command, "command">;
  pause(): number; // milliseconds between two frames, at least
}

const none = () => 0;

/** Batches a second, where one chooses them: more than a frame each come several at once. */
export const perSecond = signal(20);
const FRAMES = 30; // a second, at which batches are bundled

export const SPEEDS: Record<string, Speed> = {
  slow: { label: "1 batch a second", step: () => ({ batches: 1 }), pause: () => 1000 },
  rate: {
    label: "batches a second…",
    step: () => ({ batches: Math.max(1, Math.round(perSecond.value / FRAMES)) }),
    pause: () => 1000 / Math.min(perSecond.value, FRAMES),
  },
  batch: { label: "1 batch a frame", step: () => ({ batches: 1 }), pause: none },
  epoch: { label: "1 epoch a frame", step: () => ({ epochs: 1 }), pause: none },
  epochs: { label: "10 epochs a frame", step: () => ({ epochs: 10 }), pause: none },
  fast: { label: "as fast as it goes", step: () => ({ milliseconds: 40 }), pause: none },
};
export const speed = signal("epoch");

/** Frames painted in the last second of playing. */
export const framesPerSecond = signal(0);
/** Seconds until training begins again by itself; null: it does not. */
export const restartIn = signal<number | null>(null);
const REST = 5;

const painted = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

/** Waits; not longer than until what it waits for is over. */
async function sleep(milliseconds: number, still: () => boolean): Promise<void> {
  const until = performance.now() + milliseconds;
  for (let left = milliseconds; left > 0 && still(); left = until - performance.now()) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, 50)));
  }
}

let turn = 0; // of playing: who presses pause and play again begins another

export async function play(): Promise<void> {
  if (running.value) return;
  running.value = true;
  const mine = ++turn;
  const still = () => running.value && mine === turn;
  do await playUntilHalted(still);
  while (still() && (await restarted(still)));
  if (mine === turn) running.value = false;
}

async function playUntilHalted(still: () => boolean): Promise<void> {
  const times: number[] = [];
  const request = () => fetchNext({ command: "step", ...SPEEDS[speed.value].step() });
  let next: Promise<Fetched | undefined> | undefined = request();
  while (next) {
    const show: Fetched | undefined = await next;
    if (!show) return stop();
    const rest = SPEEDS[speed.value].pause();
    const goesOn = (): boolean => still() && !show.answer.halted;
    // Without a rest the next step is computed while this one is painted.
    if (!rest) next = goesOn() ? request() : undefined;
    show.paint();
    if (rest) {
      await sleep(rest, goesOn);
      next = goesOn() ? request() : undefined;
    }
    const now = await painted();
    times.push(now);
    while (times[0] < now - 1000) times.shift();
    if (times.length > 1) framesPerSecond.value = ((times.length - 1) * 1000) / (now - times[0]);
  }
}

/** Behind a run that has halted: waits, and begins with other weights, if that is wanted. */
async function restarted(still: () => boolean): Promise<boolean> {
  const { stop: asked, seeds } = state.value;
  if (!asked?.restart || !progress.value!.halted) return false;
  for (restartIn.value = REST; restartIn.value > 0 && still(); restartIn.value--) await sleep(1000, still);
  restartIn.value = null;
  return still() && make({ command: "reset", seeds: { weights: seeds.weights + 1 } });
}

export function stop(): void {
  running.value = false;
}

const MOST = { batches: 500, epochs: 20 }; // of one command

/** So many batches or epochs at one press; a frame, and a chance to pause, after each part of many. */
export async function take(count: number, unit: "batches" | "epochs"): Promise<void> {
  const several = count > MOST[unit];
  if (several) running.value = true;
  for (let left = count; left > 0 && running.value === several; left -= MOST[unit]) {
    await advance({ command: "step", [unit]: Math.min(left, MOST[unit]) });
    if (progress.value!.halted || progress.value!.stopped) break;
  }
  if (several) running.value = false;
}
