/** The page's head: what it is, where it computes, presets, and the link that brings one back here. */
import { useSignal } from "@preact/signals";
import { isHidden } from "../link";
import { Toggle } from "../parts/fields";
import { ask, hello, make, state, transportKind } from "../state";

export function Top() {
  const engines = state.value.engines.length > 1 ? "scratch and tf.keras" : "scratch";
  return (
    <header class="top">
      <h1>Keras from scratch</h1>
      <span class="badge">
        {engines}, {transportKind() === "worker" ? "in your browser" : "on your machine"}
      </span>
      {!isHidden("presets") && <Presets />}
      <Share />
    </header>
  );
}

function Presets() {
  const chosen = useSignal("");
  const { presets } = hello.value!;
  const group = (good: boolean, label: string) => (
    <optgroup label={label}>
      {presets
        .filter((preset) => preset.good === good)
        .map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
    </optgroup>
  );
  const about = presets.find(({ name }) => name === chosen.value)?.about;
  return (
    <div class="row presets">
      <label for="preset" class="unseen">
        Preset
      </label>
      <select
        id="preset"
        value={chosen.value}
        onChange={(event) => {
          chosen.value = event.currentTarget.value;
          const name = chosen.value;
          if (name) void make({ command: "preset", name }).then(() => (document.documentElement.dataset.preset = name));
        }}
      >
        <option value="">Presets…</option>
        {group(true, "That go well")}
        {group(false, "That go wrong, to learn from")}
      </select>
      {about && <span class="small quiet">{about}</span>}
    </div>
  );
}

function Share() {
  const weights = useSignal(false);
  const told = useSignal("");
  const share = async () => {
    const answer = await ask({ command: "link", weights: weights.value });
    if (!answer) return;
    history.replaceState(null, "", `#${answer.text}`);
    try {
      await navigator.clipboard.writeText(location.href);
      told.value = "Copied";
    } catch {
      told.value = "It is in the address bar"; // a page without the right to write there
    }
    setTimeout(() => (told.value = ""), 3000);
  };
  return (
    <div class="row share">
      <Toggle label="with weights" value={weights.value} change={(on) => (weights.value = on)} />
      <button type="button" onClick={() => void share()}>
        Copy link
      </button>
      <span class="small quiet" role="status">
        {told.value}
      </span>
    </div>
  );
}
