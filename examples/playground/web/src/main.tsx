/** Find out where the session is, open it, show the page. */
import { effect } from "@preact/signals";
import { render } from "preact";
import "./style.css";
import { App } from "./App";
import { firstCommand, firstPanel } from "./link";
import { framesPerSecond } from "./run";
import { failure, make, milestones, open, panel, progress, stage } from "./state";
import { fromSocket } from "./transport/socket";
import { fromWorker } from "./transport/worker";

async function transport() {
  const where = await (await fetch("playground.json")).json();
  if (where.transport === "worker") return fromWorker(where.python, (text) => (stage.value = text));
  const url = new URL("session", document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return fromSocket(url.href);
}

render(<App />, document.getElementById("page")!);
if (firstPanel) panel.value = firstPanel;

// What the page measures of itself, for whoever asks: a test, or a console.
effect(() => {
  const measured = document.documentElement.dataset;
  measured.framesPerSecond = framesPerSecond.value.toFixed(1);
  measured.milestones = JSON.stringify(milestones.value ?? {});
  measured.step = String(progress.value?.step ?? "");
});

window.addEventListener("hashchange", () => void make(firstCommand()));

try {
  await open(await transport(), firstCommand());
} catch (error) {
  failure.value = (error as Error).message;
}
