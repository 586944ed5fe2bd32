/** The panels below the bench: one for each question that one may ask of a training step. */
import type { FunctionComponent } from "preact";
import { overlay, panel } from "../state";
import { Arithmetic } from "./Arithmetic";
import { Classes } from "./Classes";
import { Engines } from "./Engines";
import { Explore } from "./Explore";
import { Export } from "./Export";
import { GradientCheck } from "./GradientCheck";
import { Health } from "./Health";
import { Lessons } from "./Lessons";
import { Microscope } from "./Microscope";
import { PointTable } from "./PointTable";
import { Race } from "./Race";
import { Share } from "./Share";
import { Weights } from "./Weights";

const PANELS: Record<string, { title: string; Panel: FunctionComponent }> = {
  lessons: { title: "Lessons", Panel: Lessons },
  microscope: { title: "A step, slowly", Panel: Microscope },
  arithmetic: { title: "Update", Panel: Arithmetic },
  weights: { title: "Weights", Panel: Weights },
  check: { title: "Gradient check", Panel: GradientCheck },
  engines: { title: "Two engines", Panel: Engines },
  health: { title: "Health", Panel: Health },
  race: { title: "Race", Panel: Race },
  explore: { title: "Explore", Panel: Explore },
  classes: { title: "Classes", Panel: Classes },
  points: { title: "Points", Panel: PointTable },
  export: { title: "Code and files", Panel: Export },
  share: { title: "Links", Panel: Share },
};

export function Panels() {
  const names = Object.keys(PANELS);
  if (!names.length) return null;
  const chosen = PANELS[panel.value] ? panel.value : names[0];
  const { Panel } = PANELS[chosen];
  const go = (name: string) => {
    overlay.value = null;
    panel.value = name;
  };
  const move = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!by) return;
    const next = names[(names.indexOf(chosen) + by + names.length) % names.length];
    go(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <section class="card panels" aria-label="Looking closer">
      <div class="tabs" role="tablist" aria-label="Looking closer" onKeyDown={move}>
        {names.map((name) => (
          <button
            key={name}
            id={`tab-${name}`}
            type="button"
            role="tab"
            aria-selected={name === chosen}
            aria-controls="panel"
            tabIndex={name === chosen ? 0 : -1}
            onClick={() => go(name)}
          >
            {PANELS[name].title}
          </button>
        ))}
      </div>
      <div class="panel" id="panel" role="tabpanel" aria-labelledby={`tab-${chosen}`} key={chosen}>
        <Panel />
      </div>
    </section>
  );
}
