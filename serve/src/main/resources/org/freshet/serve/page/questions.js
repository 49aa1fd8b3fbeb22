// Questions about labels, one shown at a time, a key answers it. Where the service has a queue they are taken by leases,
// so that nobody else has the same; without one they are the events that wait.

import { get, post } from "./api.js";
import { $, bar, count, date, el, number, percent, second, span } from "./format.js";

const HELD = 3; // questions held ahead
const DEEDS = 8;
const WHO = "freshet-annotator";

let open = [];
let at = 0;
let waiting = 0;
let classes = [];
let task = null;
let done = 0;
let shown = null;
let busy = false;
let queue = null; // counts of the queue; null where there is none
let working = false; // questions are leased
let annotator = null; // as the service says
const gone = new Set(); // answered here; the service may still list them for a moment

export async function refresh(state) {
  task = state.task;
  classes = state.classes;
  if (task === null || busy) return;
  try {
    const answer = await get("/v1/questions?limit=20");
    if (busy) return; // a reply was begun meanwhile
    waiting = answer.waiting;
    queue = answer.queue ?? null;
    if (queue === null) {
      keep(answer.questions.filter((q) => !gone.has(q.id)));
    } else {
      await queued(answer.budget);
    }
  } catch (e) {
    if (e.status === 403 || e.status === 404) {
      $("empty-questions").textContent = e.message;
    }
    return;
  }
  show();
}

/** Who is reading a question keeps it; the service knows whether it still waits. */
function keep(fresh) {
  const current = open[at]?.id;
  const same = fresh.findIndex((q) => q.id === current);
  if (same < 0 && current !== undefined && !gone.has(current) && fresh.length > 0) {
    fresh.unshift(open[at]);
    fresh.length = Math.min(fresh.length, 20);
    at = 0;
  } else {
    at = Math.max(0, same);
  }
  open = fresh;
}

async function queued(budget) {
  $("questions-budget").hidden = budget === undefined;
  if (budget !== undefined) {
    const left = Math.max(0, budget.allowed - budget.in_window);
    $("questions-budget").textContent = `${count(budget.asked)} asked · budget left: ${number(left)} of ${number(budget.allowed)}`;
  }
  const audit = await get(`/v1/audit?last=${DEEDS}`);
  $("deeds").replaceChildren(...audit.deeds.reverse().map(deed));
  $("deeds-part").hidden = audit.deeds.length === 0;
  const now = Date.now();
  const held = open.length;
  open = open.filter((q) => q.until > now);
  if (working && held > 0 && open.length === 0) {
    stop("Your lease ran out; others may have the question now.");
  }
  at = 0;
  if (working && open.length === 0 && queue.open > 0) {
    await lease();
  }
}

const DEED = {
  asked: "asked about",
  leased: "took",
  extended: "keeps",
  released: "gave back",
  lapsed: "had no time for",
  none: "saw no right label for",
  abstained: "does not know",
  known: "had the label of",
  expired: "gave up",
  gave_way: "made room by giving up",
};

function deed(d) {
  const words = [d.annotator ?? "the service", DEED[d.deed] ?? d.deed, d.id];
  const text = words.join(" ") + (d.label === undefined ? "" : ": " + d.label) + (d.millis === undefined ? "" : ` (${span(d.millis / 1000)})`);
  return el("li", {}, el("time", {}, second(d.at)), " ", text);
}

function person() {
  const name = $("question-who").value.trim();
  return name === "" ? {} : { annotator: name };
}

async function lease() {
  const answer = await post("/v1/leases", { most: HELD, ...person() });
  annotator = answer.annotator;
  queue = answer.queue;
  open = answer.questions;
  at = 0;
}

async function start() {
  if (busy) return;
  busy = true;
  try {
    sessionStorage.setItem(WHO, $("question-who").value.trim());
    working = true;
    await lease();
    $("question-done").textContent = open.length === 0 ? "There is no open question for you." : "";
  } catch (e) {
    stop(e.message);
  } finally {
    busy = false;
    show();
  }
}

function stop(why) {
  working = false;
  open = [];
  $("question-done").textContent = why;
}

/** Gives back what is held. */
async function leave() {
  const held = open;
  stop("");
  show();
  for (const q of held) {
    await post("/v1/questions/" + encodeURIComponent(q.id), { lease: q.lease, reply: "release", ...person() }).catch(() => {});
  }
}

function counted() {
  if (queue === null) {
    return waiting > 0 ? `${count(waiting)} waiting, the least certain first` : "";
  }
  const parts = [`${count(queue.open)} open, the most urgent first`];
  if (queue.leased > 0) parts.push(`${count(queue.leased)} with annotators`);
  if (queue.oldest) parts.push("the oldest " + span(Math.max(1, Math.round((Date.now() - queue.oldest) / 1000))));
  if (queue.paid > 0) parts.push(`${number(queue.paid)} paid`);
  return parts.join(" · ");
}

function show() {
  const q = open[at];
  $("questions-count").textContent = counted();
  $("question-start").hidden = queue === null || working;
  $("empty-questions").hidden = q !== undefined || (queue !== null && !working && queue.open > 0);
  $("empty-questions").textContent =
    queue === null ? "No event waits for its label." : working ? "No question is open for you." : "No question is open.";
  $("question").hidden = q === undefined;
  $("question-work").hidden = queue === null;
  $("question-move").hidden = queue !== null;
  if (q === undefined) {
    shown = null;
    return;
  }
  $("question-at").textContent = `${at + 1} of ${open.length}`;
  if (queue !== null) {
    $("question-lease").textContent = `as ${annotator}, ${span(Math.max(0, Math.round((q.until - Date.now()) / 1000)))} left`;
  }
  const key = [q.id, classes.length, Object.keys(q.features ?? {}).length, q.candidates?.length].join(" ");
  if (key === shown) return;
  shown = key;
  $("question-id").textContent = q.id;
  const time = q.asked ?? q.time;
  $("question-time").textContent = time ? date(time) : "";
  scores(q);
  $("question-bare").hidden = q.features !== undefined;
  $("question-features").replaceChildren(
    ...Object.entries(q.features ?? {}).map(([name, v]) =>
      el("div", {}, el("dt", { title: name }, name), el("dd", {}, typeof v === "number" ? number(v) : String(v ?? "–")))),
  );
  const numeric = task === "regression";
  $("question-number").hidden = !numeric;
  $("question-labels").hidden = numeric;
  if (!numeric) {
    choices(q);
  }
}

function scores(q) {
  const best = Object.entries(q.scores ?? {}).sort((a, b) => b[1] - a[1]).slice(0, 4);
  $("question-scores").replaceChildren(
    ...(best.length > 0
      ? best.map(([label, p]) =>
          el("li", {}, el("span", {}, label), bar(p, undefined, label !== String(q.prediction)), el("span", {}, percent(p))))
      : q.prediction === undefined || q.prediction === null
        ? []
        : [el("li", {}, el("span", {}, "predicted"), el("span", {}, typeof q.prediction === "number" ? number(q.prediction) : String(q.prediction)))]),
  );
}

/** What may be answered: the candidates where there are some, else all labels. */
const labels = (q) => q?.candidates ?? classes;

function choices(q) {
  const button = (text, key, onclick) =>
    el("button", { type: "button", onclick, ...(key === null ? {} : { "aria-keyshortcuts": key }) }, text, ...(key === null ? [] : [el("kbd", {}, key)]));
  $("question-labels").replaceChildren(
    ...labels(q).map((c, i) => button(c, i < 9 ? String(i + 1) : null, () => answer(c))),
    ...(q.candidates ? [button("None of these", "0", none)] : []),
  );
}

/** Sends what is said of the question shown; gives what the service answers, or null. */
async function say(what, then) {
  const q = open[at];
  if (q === undefined || busy) return;
  busy = true;
  try {
    const more = queue === null ? {} : { lease: q.lease, ...person() };
    then(q, await post("/v1/questions/" + encodeURIComponent(q.id), { ...what, ...more }));
    if (queue !== null && open.length === 0) {
      await lease();
    }
  } catch (e) {
    $("question-done").textContent = `${q.id}: ${e.message}`;
    if (e.status === 404 || e.status === 409) {
      remove(q); // its label came meanwhile, or the lease ran out
    }
  } finally {
    busy = false;
    show();
  }
}

function answer(label) {
  return say({ label }, (q) => {
    done++;
    $("question-done").textContent = `${q.id} is ${label}. ${done} answered, thank you.`;
    remove(q);
  });
}

/** None of the candidates: all labels are asked. */
export function none() {
  if (queue !== null && open[at]?.candidates) {
    say({ reply: "none" }, (q, now) => {
      open[at] = now;
      $("question-done").textContent = `${q.id}: none of these; which of all?`;
    });
  }
}

/** Leaves the question to others. */
export function pass(reply) {
  if (queue !== null) {
    say({ reply }, (q) => {
      $("question-done").textContent = `${q.id} is left to others.`;
      remove(q);
    });
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
  const choice = labels(open[at])[n];
  if (task === "classification" && choice !== undefined) {
    answer(choice);
  }
}

export function move(by) {
  if (queue === null && open.length > 0) {
    at = (at + by + open.length) % open.length;
    show();
  }
}

/** Begins to answer, from the keyboard. */
export function begin() {
  if (!$("question-start").hidden) {
    start();
  }
}

$("question-who").value = sessionStorage.getItem(WHO) ?? "";
$("question-start").onsubmit = (e) => {
  e.preventDefault();
  start();
};
$("question-back").onclick = () => move(-1);
$("question-skip").onclick = () => move(1);
$("question-pass").onclick = () => pass("skip");
$("question-abstain").onclick = () => pass("abstain");
$("question-leave").onclick = leave;
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
