/** A run to take home: runnable Keras code, the same for scratch, weights, and whole models. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { Choices, Toggle } from "../parts/fields";
import { save } from "../parts/save";
import { advance, ask, frame, made, running } from "../state";

const FILES: [what: string, label: string][] = [
  ["keras", "Model (.keras)"],
  ["weights.h5", "Weights (.weights.h5)"],
  ["npz", "Weights (.npz)"],
  ["safetensors", "Weights (.safetensors)"],
];

export function Export() {
  const library = useSignal<"keras" | "scratch">("keras");
  const weights = useSignal(false);
  const code = useSignal("");
  const told = useSignal("");
  useSignalEffect(() => {
    void [made.value, frame.value];
    if (running.value) return;
    void ask({ command: "export", what: "code", library: library.value, weights: weights.value }).then(
      (answer) => answer && (code.value = answer.text),
    );
  });
  const copy = async () => {
    await navigator.clipboard.writeText(code.value).then(
      () => (told.value = "Copied"),
      () => (told.value = "This browser does not let the page copy: mark the text"),
    );
    setTimeout(() => (told.value = ""), 3000);
  };
  return (
    <>
      <p class="intro">
        A program that makes this very run again: the same points, first weights and batches. For scratch it differs in one
        line, the import.
      </p>
      <div class="stack">
        <div class="row">
          <Choices label="Library" value={library.value} choices={[["keras", "Keras"], ["scratch", "scratch"]]} change={(value) => (library.value = value)} />
          <Toggle label="begin with the weights of now" value={weights.value} change={(on) => (weights.value = on)} />
          <button type="button" onClick={() => void copy()}>
            Copy
          </button>
          <button type="button" onClick={() => save("playground.py", code.value, "text/x-python")}>
            Save
          </button>
          <span class="small" role="status">
            {told.value}
          </span>
        </div>
        <pre tabIndex={0} aria-label="Python code">
          {code.value}
        </pre>
        <Files />
      </div>
    </>
  );
}

function Files() {
  const file = useRef<HTMLInputElement>(null);
  return (
    <section class="stack tight">
      <h3>Files</h3>
      <div class="row">
        {FILES.map(([what, label]) => (
          <button
            key={what}
            type="button"
            onClick={async () => {
              const answer = await ask({ command: "export", what });
              if (answer) save(answer.name, bytesOf(answer.base64), "application/octet-stream");
            }}
          >
            {label}
          </button>
        ))}
        <button type="button" onClick={() => file.current!.click()}>
          Load weights…
        </button>
        <input
          ref={file}
          type="file"
          hidden
          accept=".keras,.h5,.npz,.safetensors"
          aria-label="A file of weights for this network"
          onChange={async (event) => {
            const chosen = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (chosen) await advance({ command: "load", name: chosen.name, base64: await base64Of(chosen) });
          }}
        />
      </div>
    </section>
  );
}

const bytesOf = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

const base64Of = (file: File) =>
  new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
