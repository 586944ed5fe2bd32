/** In and out: links, also for a class with controls hidden, states as text, and links of others. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { HIDEABLE } from "../link";
import { Toggle } from "../parts/fields";
import { save } from "../parts/save";
import { ask, make } from "../state";

export function Share() {
  return (
    <div class="split">
      <Open />
      <Teach />
    </div>
  );
}

function Open() {
  const weights = useSignal(false);
  const file = useRef<HTMLInputElement>(null);
  const json = () => ask({ command: "export", what: "json", weights: weights.value });
  const text = useRef<HTMLTextAreaElement>(null);
  const told = useSignal("");
  const open = async () => {
    const done = await make({ command: "open", text: text.current!.value });
    told.value = done ? "Opened." : "";
  };
  return (
    <section class="stack">
      <h3>Open a link, or a state</h3>
      <p class="small quiet">
        A link of this page, one of TensorFlow Playground (the same data, network and rates, by Keras's names), or a
        state as JSON.
      </p>
      <label class="unseen" for="open-text">
        Link or JSON
      </label>
      <textarea id="open-text" ref={text} rows={5} spellcheck={false} placeholder="https://playground.tensorflow.org/#activation=tanh&…" />
      <div class="row">
        <button type="button" class="main" onClick={() => void open()}>
          Open
        </button>
        <button
          type="button"
          onClick={async () => {
            const answer = await json();
            if (answer) text.current!.value = answer.text;
          }}
        >
          Show this state as JSON
        </button>
        <button
          type="button"
          onClick={async () => {
            const answer = await json();
            if (answer) save(answer.name, answer.text, "application/json");
          }}
        >
          Save it
        </button>
        <Toggle label="with its weights" value={weights.value} change={(on) => (weights.value = on)} />
        <button type="button" onClick={() => file.current!.click()}>
          Open a file…
        </button>
        <input
          ref={file}
          type="file"
          hidden
          accept=".json,application/json"
          aria-label="A state as a JSON file"
          onChange={async (event) => {
            const chosen = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (!chosen) return;
            text.current!.value = await chosen.text();
            await open();
          }}
        />
        <span class="small" role="status">
          {told.value}
        </span>
      </div>
    </section>
  );
}

function Teach() {
  const hidden = useSignal<string[]>([]);
  const weights = useSignal(false);
  const address = useSignal("");
  const write = async () => {
    const answer = await ask({ command: "link", weights: weights.value });
    if (!answer) return;
    const url = new URL(location.href);
    url.search = hidden.value.length ? `?hide=${hidden.value.join(",")}` : "";
    url.hash = answer.text;
    address.value = url.href;
  };
  return (
    <section class="stack">
      <h3>A link for a class</h3>
      <p class="small quiet">Choose what the page shall not show; the link opens it without that.</p>
      <fieldset class="plain-set">
        <legend class="unseen">Hide</legend>
        {Object.entries(HIDEABLE).map(([name, label]) => (
          <Toggle
            key={name}
            label={label}
            value={hidden.value.includes(name)}
            change={(on) => (hidden.value = on ? [...hidden.value, name] : hidden.value.filter((one) => one !== name))}
          />
        ))}
        <Toggle label="with the weights as they are now" value={weights.value} change={(on) => (weights.value = on)} />
      </fieldset>
      <div class="row">
        <button type="button" class="main" onClick={() => void write()}>
          Write the link
        </button>
        {address.value && <a href={address.value}>Open it</a>}
      </div>
      {address.value && <textarea readOnly rows={4} aria-label="The link" value={address.value} onFocus={(event) => event.currentTarget.select()} />}
    </section>
  );
}
