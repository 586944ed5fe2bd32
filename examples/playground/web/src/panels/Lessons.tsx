/** Lessons: a question to answer before anything is tried, a goal, a hint, and a check. */
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { firstLesson } from "../link";
import type { Lesson } from "../protocol";
import { ask, hello, lesson, make, progress, running } from "../state";

export function Lessons() {
  const { lessons } = hello.value!;
  const chosen = lessons.find(({ name }) => name === lesson.value);
  useEffect(() => {
    if (firstLesson && !lesson.value) void begin(firstLesson);
  }, []);
  return (
    <div class="lessons">
      <ol class="lesson-list">
        {lessons.map(({ name, title }) => (
          <li key={name}>
            <button type="button" aria-pressed={name === lesson.value} onClick={() => void begin(name)}>
              {title}
            </button>
          </li>
        ))}
      </ol>
      {chosen ? <One key={chosen.name} lesson={chosen} /> : <p class="intro">Choose a lesson: it sets the page up, and says when you have reached its goal.</p>}
    </div>
  );
}

async function begin(name: string): Promise<void> {
  if (await make({ command: "lesson", name })) lesson.value = name;
}

function One(props: { lesson: Lesson }) {
  const { name, title, question, goal, hint } = props.lesson;
  const told = useSignal<{ passed: boolean; said: string; answer: string | null }>();
  useSignalEffect(() => {
    const { epoch } = progress.value!;
    if (running.value && epoch % 10) return;
    void ask({ command: "check_lesson", name }).then((answer) => {
      // What was reached once stays reached.
      if (answer && (answer.passed || !told.value?.passed)) told.value = answer;
    });
  });
  const now = told.value;
  return (
    <article class="stack">
      <h3>{title}</h3>
      <div class="question">
        <p>
          <strong>First guess:</strong> {question}
        </p>
        <textarea rows={2} aria-label="Your guess" placeholder="Your guess stays here, on this page" />
      </div>
      <p>
        <strong>Goal:</strong> {goal}
      </p>
      <details>
        <summary>A hint</summary>
        <p>{hint}</p>
      </details>
      {now && (
        <div class={`notice ${now.passed ? "good" : "plain-ground"}`} role="status">
          <div>
            <p>
              {now.passed && <strong>Reached. </strong>}
              {now.said}
            </p>
            {now.answer && <p>{now.answer}</p>}
          </div>
        </div>
      )}
    </article>
  );
}
