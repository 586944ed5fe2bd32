/** The page: what runs, the bench with the network, and the panels below. */
import { Panels } from "./panels/Panels";
import { failure, hello, made, stage, transportKind } from "./state";
import { isHidden } from "./link";
import { Data } from "./views/Data";
import { Losses } from "./views/Losses";
import { NetworkCard } from "./views/NetworkCard";
import { Output } from "./views/Output";
import { RunBar } from "./views/RunBar";
import { Halted } from "./views/Stopping";
import { Top } from "./views/Top";
import { Training } from "./views/Training";

export function App() {
  if (!made.value) return <Opening />;
  return (
    <>
      <Top />
      <RunBar />
      <main>
        <Notice />
        <Halted />
        <div class="bench">
          <div class="column settings">
            <Data />
            <Training />
          </div>
          <div class="column middle">
            <NetworkCard />
            {!isHidden("panels") && <Panels />}
          </div>
          <div class="column right">
            <Output />
            <Losses />
          </div>
        </div>
      </main>
      <footer class="foot">
        {transportKind() === "worker"
          ? "Everything is computed in this page, by Python in your browser: nothing leaves it."
          : "Everything is computed on your machine; the page talks to no other."}{" "}
        {hello.value!.version}
      </footer>
    </>
  );
}

function Opening() {
  return (
    <div class="opening" role="status">
      <h1>Keras from scratch: the playground</h1>
      {failure.value ? <p class="no">{failure.value}</p> : <p class="quiet">{stage.value}</p>}
    </div>
  );
}

function Notice() {
  return (
    <div role="alert" class="notice-place">
      {failure.value && (
        <div class="notice">
          <span>{failure.value}</span>
          <button type="button" onClick={() => (failure.value = undefined)}>
            Close
          </button>
        </div>
      )}
    </div>
  );
}
