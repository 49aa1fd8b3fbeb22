// Events that wait for their label: one is shown, a key answers it.

import { get, post } from "./api.js";
import { $, bar, count, date, el, number, percent } from "./format.js";

let open = [];
let at = 0;
let waiting = 0;
let classes = [];
let task = null;
let done = 0;
let shown = null;
let busy = false;
const gone = new Set(); // answered here; the service may still list them for a moment

export async function refresh(state) {
  task = state.task;
  classes = state.classes;
  if (task === null || busy) return;
  let answer;
  try {
    answer = await get("/v1/questions?limit=20");
  } catch (e) {
    if (e.status === 403 || e.status === 404) {
      $("empty-questions").textContent = e.message;
    }
    return;
  }
  waiting = answer.waiting;
  const current = open[at]?.id;
  const fresh = answer.questions.filter((q) => !gone.has(q.id));
  const same = fresh.findIndex((q) => q.id === current);
  if (same < 0 && current !== undefined && !gone.has(current) && fresh.length > 0) {
    fresh.unshift(open[at]); // who is reading it keeps it; the service knows whether it still waits
    fresh.length = Math.min(fresh.length, 20);
    at = 0;
  } else {
    at = Math.max(0, same);
  }
  open = fresh;
  show();
}

function show() {
  const q = open[at];
  $("questions-count").textContent = waiting > 0 ? `${count(waiting)} waiting, the least certain first` : "";
  $("empty-questions").hidden = q !== undefined;
  $("question").hidden = q === undefined;
  if (q === undefined) {
    shown = null;
    return;
  }
  $("question-at").textContent = `${at + 1} of ${open.length}`;
  const key = q.id + " " + classes.length + " " + Object.keys(q.features ?? {}).length;
  if (key === shown) return;
  shown = key;
  $("question-id").textContent = q.id;
  const time = $("question-time");
  time.textContent = q.time ? date(q.time) : "";
  const scores = Object.entries(q.scores ?? {}).sort((a, b) => b[1] - a[1]).slice(0, 4);
  $("question-scores").replaceChildren(
    ...(scores.length > 0
      ? scores.map(([label, p]) =>
          el("li", {}, el("span", {}, label), bar(p, undefined, label !== String(q.prediction)), el("span", {}, percent(p))))
      : q.prediction === undefined || q.prediction === null
        ? []
        : [el("li", {}, el("span", {}, "predicted"), el("span", {}, typeof q.prediction === "number" ? number(q.prediction) : String(q.prediction)))]),
  );
  $("question-bare").hidden = q.features !== undefined;
  $("question-features").replaceChildren(
    ...Object.entries(q.features ?? {}).map(([name, v]) =>
      el("div", {}, el("dt", { title: name }, name), el("dd", {}, typeof v === "number" ? number(v) : String(v ?? "–")))),
  );
  const numeric = task === "regression";
  $("question-number").hidden = !numeric;
  $("question-labels").hidden = numeric;
  if (!numeric) {
    $("question-labels").replaceChildren(
      ...classes.map((c, i) =>
        el("button", { type: "button", onclick: () => answer(c), ...(i < 9 ? { "aria-keyshortcuts": String(i + 1) } : {}) },
          c, ...(i < 9 ? [el("kbd", {}, String(i + 1))] : []))),
    );
  }
}

async function answer(label) {
  const q = open[at];
  if (q === undefined || busy) return;
  busy = true;
  try {
    await post("/v1/questions/" + encodeURIComponent(q.id), { label });
    done++;
    $("question-done").textContent = `${q.id} is ${label}. ${done} answered, thank you.`;
    remove(q);
  } catch (e) {
    $("question-done").textContent = `${q.id}: ${e.message}`;
    if (e.status === 404 || e.status === 409) {
      remove(q); // its label came meanwhile
    }
  } finally {
    busy = false;
  }
}

function remove(q) {
  gone.add(q.id);
  if (gone.size > 1000) {
    gone.delete(gone.values().next().value);
  }
  open = open.filter((o) => o.id !== q.id);
  waiting = Math.max(0, waiting - 1);
  at = Math.min(at, Math.max(0, open.length - 1));
  show();
}

export function answerNth(n) {
  if (task === "classification" && n < classes.length) {
    answer(classes[n]);
  }
}

export function move(by) {
  if (open.length > 0) {
    at = (at + by + open.length) % open.length;
    show();
  }
}

$("question-back").onclick = () => move(-1);
$("question-skip").onclick = () => move(1);
$("question-number").onsubmit = (e) => {
  e.preventDefault();
  const field = $("question-value");
  const value = Number(field.value.replace(",", "."));
  if (field.value.trim() === "" || !Number.isFinite(value)) {
    $("question-done").textContent = "A number, please.";
    return;
  }
  field.value = "";
  answer(value);
};
