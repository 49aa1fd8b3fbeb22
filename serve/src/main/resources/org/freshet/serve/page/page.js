// Asks once a second what is new and shows it.

import { get, post } from "./api.js";
import { KINDS, Lines, colour, mark, shape, styleOf } from "./charts.js";
import { $, bar, bytes, count, el, number, percent, percents, rate, second, span, svg, trail, words } from "./format.js";
import * as job from "./job.js";
import * as questions from "./questions.js";

const MINUTE = 60_000;
const TWO_HOURS = 120 * MINUTE;
const KEPT = 1500;

let begun = 0;
let points = []; // [time, value, …] as the service sends them
let names = [];
let log = [];
let nextEntry = 0;
let range = 10 * MINUTE;
let last = null;

const quality = (v) => (last?.state.task === "regression" ? number(v) : percent(v));
const charts = {
  quality: new Lines("chart-quality", (v) => quality(v), {
    free: true,
    moments: true,
    named: true,
    axis: (v) => (last?.state.task === "regression" ? number(v) : percents(v)),
  }),
  rate: new Lines("chart-rate", rate),
  latency: new Lines("chart-latency", span),
  labels: new Lines("chart-labels", count),
};

async function poll() {
  try {
    if (!document.hidden || last === null) {
      const after = points.length ? points[points.length - 1][0] : 0;
      take(await get(`/v1/history?after=${after}&from=${nextEntry}`));
      show();
      if (!last.job) await questions.refresh(last.state);
    }
  } catch (e) {
    $("dot").className = "dot bad";
    $("state-text").textContent = e.status ? e.message : "no connection; trying again …";
  } finally {
    setTimeout(poll, 1000);
  }
}

function take(answer) {
  if (answer.state.begun !== begun && begun !== 0) {
    points = [];
    log = [];
    nextEntry = 0;
    begun = answer.state.begun;
    return; // the service was started anew; the next answer has it from the beginning
  }
  begun = answer.state.begun;
  last = answer;
  names = answer.values;
  points.push(...answer.points);
  points.splice(0, points.length - KEPT);
  const old = answer.now - TWO_HOURS;
  while (points.length && points[0][0] < old) points.shift();
  for (const e of answer.log) {
    log.push(e);
    nextEntry = e.n + 1;
  }
  log.splice(0, log.length - 1000);
}

const column = (name) => {
  const i = names.indexOf(name) + 1;
  const from = last.now - range;
  return i === 0
    ? []
    : points.filter((p) => p[0] >= from).map((p) => ({ x: p[0], y: p[i] ?? NaN }));
};

/** The newest value of a column that is there. */
const newest = (name) => {
  const i = names.indexOf(name) + 1;
  for (let p = points.length - 1; p >= Math.max(0, points.length - 10); p--) {
    if (points[p][i] !== null && points[p][i] !== undefined) return points[p][i];
  }
  return null;
};

function show() {
  document.body.classList.toggle("job", Boolean(last.job));
  header();
  figures();
  lines();
  if (last.job) {
    job.show(last.job, last.now);
  } else {
    models();
    watches();
  }
  labels();
  budgets();
  entries();
}

function header() {
  const s = last.state;
  document.title = s.name + " · Freshet";
  $("name").textContent = s.name;
  const bad = s.trouble !== null;
  const word = last.job ? job.word(last.job) : !s.running ? (s.task === null ? "waits for its first event" : "is stopping") : s.paused ? "paused" : "learning";
  $("dot").className = "dot " + (bad ? "bad" : last.job ? job.dot(last.job) : s.running && !s.paused ? "good" : "warn");
  const parts = [word, `${count(s.answers)} answers`];
  if (s.model) parts.push("by " + s.model);
  if (s.begun > 0) parts.push((last.job?.ended ? "began " : "up ") + span(Math.max(1, Math.round((last.now - s.begun) / 1000))) + (last.job?.ended ? " ago" : ""));
  if (s.shed > 0) parts.push(`${count(s.shed)} refused`);
  $("state-text").textContent = parts.join(" · ");
  $("trouble").hidden = !bad;
  $("trouble").textContent = s.trouble ?? "";
  $("pause").textContent = s.paused ? "Go on" : "Pause";
}

/** What was answered is a line of its own only where there is one model. */
const contending = () => last.models.filter((m) => m.role !== "answered");

function figures() {
  const regression = last.state.task === "regression";
  $("quality-name").textContent = regression ? "Error (RMSE)" : "Accuracy";
  $("h-quality").textContent = (regression ? "Root mean squared error" : "Accuracy") + ", last 1,000 labels";
  const champion = last.models[0];
  const baselines = last.models.filter((m) => m.role === "baseline" && m.short !== null);
  $("quality").textContent = quality(champion?.short);
  if (last.state.task === "several") {
    $("quality-note").textContent = "several outputs are not scored here";
  } else if (champion?.labels) {
    const better = (a, b) => ((regression ? a.short < b.short : a.short > b.short) ? a : b);
    const best = baselines.length ? baselines.reduce(better) : null;
    $("quality-note").textContent = best ? `${words(best.name)} ${quality(best.short)}` : "";
    if (last.job) $("quality-note").textContent = `${quality(last.job.quality)} of ${count(last.job.scored)} labels`;
  }
  $("rate").textContent = rate(newest("events"));
  $("rate-note").textContent = `${rate(newest("labels"))} labels`;
  $("latency").textContent = span(newest(last.job ? "p50" : "p99"));
  $("pending").textContent = count(last.labels.pending);
  $("pending-note").textContent = last.job ? "" : `of at most ${count(last.labels.limit)}`;
  const alarms = log.filter((e) => e.kind === "alarm").length;
  $("drifts").textContent = count(last.state.drifts + alarms);
  const newestMark = log.findLast((e) => e.kind === "drift" || e.kind === "alarm");
  $("drifts-note").textContent = newestMark ? "last at " + second(newestMark.time) : "none so far";
}

function lines() {
  const to = last.now;
  const from = Math.max(to - range, Math.min(points.length ? points[0][0] : to, to - MINUTE));
  const nth = { model: 0, baseline: 0 };
  const series = contending().map((m) => ({
    label: words(m.name),
    value: m.short,
    data: column("model:" + m.name),
    ...styleOf(m.role, nth[m.role === "baseline" ? "baseline" : "model"]++),
  }));
  const marked = log.map((e) => ({ time: e.time, kind: markOf(e), text: e.text })).filter((m) => m.kind);
  mark(marked);
  charts.quality.show(series, from, to, last.state.task === "classification");
  charts.quality.canvas.setAttribute(
    "aria-label",
    series.map((s) => `${s.label} ${quality(s.value)}`).join(", ") +
      `; ${marked.filter((m) => m.kind === "drift").length} marks of drifts, ${marked.filter((m) => m.kind === "alarm").length} of alarms`,
  );
  $("chart-quality").dataset.marks = marked.filter((m) => m.kind === "drift").length;
  $("empty-quality").hidden = series.some((s) => s.value !== null);
  const shown = new Set(marked.filter((m) => m.time >= from).map((m) => m.kind));
  $("legend").replaceChildren(
    ...series.map((s) => el("li", s.strong ? { class: "champion" } : {}, lineKey(s), s.label, el("b", {}, quality(s.value)))),
    ...Object.keys(KINDS).filter((k) => shown.has(k)).map((k) => el("li", {}, markKey(k), k)),
  );
  const two = (a, b, la, lb) => [
    { label: la, data: column(a), colour: "--accent" },
    { label: lb, data: column(b), colour: "--second" },
  ];
  charts.rate.show(two("events", "labels", "events", "labels"), from, to);
  const limit = last.budgets.find((b) => b.name === "latency")?.limit;
  const times = two("p50", "p99", last.job ? "mean" : "median", "99th of 100");
  if (limit) {
    times.push({ label: "limit", data: steady(from, to, limit), colour: "--bad", dash: [6, 4] });
  }
  $("key-limit").hidden = !limit;
  charts.latency.show(times, from, to);
  charts.labels.show([{ label: "waiting", data: column("pending"), colour: "--accent" }], from, to);
  $("empty-latency").hidden = newest("p50") !== null || points.some((p) => p[3] !== null);
}

/** A line at one height; points far from each other would not be joined. */
function steady(from, to, y) {
  const data = [];
  for (let x = from; x < to; x += 10_000) data.push({ x, y });
  data.push({ x: to, y });
  return data;
}

/** What an entry of the log is on the chart, if anything. */
function markOf(e) {
  if (e.kind === "state" && e.text.startsWith("started after")) return "start";
  return e.kind in KINDS ? e.kind : undefined;
}

function lineKey(s) {
  return svg("svg", { width: 22, height: 6, "aria-hidden": "true" },
    svg("line", { x1: 0, x2: 22, y1: 3, y2: 3, stroke: colour(s.colour), "stroke-width": s.strong ? 3 : 2, "stroke-dasharray": (s.dash ?? []).join(" ") || "none" }));
}

function markKey(kind) {
  const k = KINDS[kind];
  return svg("svg", { width: 12, height: 12, "aria-hidden": "true" },
    k.shape
      ? svg("polygon", { points: shape(kind).map(([x, y]) => `${x + 6},${y + 6}`).join(" "), fill: colour(k.colour) })
      : svg("line", { x1: 6, x2: 6, y1: 0, y2: 12, stroke: colour(k.colour), "stroke-width": 2, "stroke-dasharray": k.line.join(" ") || "none" }));
}

/** Keeps the elements of a list whose content has not changed, so that what has the focus keeps it. */
function keep(parent, key, children) {
  if (parent.dataset.key !== key) {
    parent.dataset.key = key;
    parent.replaceChildren(...children());
  }
}

function models() {
  const body = $("models").tBodies[0];
  const rows = contending();
  const challengers = rows.filter((m) => m.role === "challenger");
  keep(body, JSON.stringify(rows.map((m) => [m.name, m.role])), () =>
    rows.map((m) =>
      el("tr", { class: m.role },
        el("th", { scope: "row" }, words(m.name), el("span", { class: "role" }, m.name === m.role ? "" : m.role), el("span", { class: "versus" })),
        el("td", { class: "n" }), el("td", { class: "n" }),
        el("td", {}, ...(m.role === "challenger" ? [el("button", { type: "button", onclick: () => promote(m.name) }, "Promote")] : [])))));
  rows.forEach((m, i) => {
    body.rows[i].cells[0].lastChild.textContent = m.p === undefined || m.p === null ? "" : `better on ${count(m.better)}, worse on ${count(m.worse)}`;
    body.rows[i].cells[1].textContent = quality(m.short);
    body.rows[i].cells[2].textContent = quality(m.long);
  });
  $("empty-models").hidden = challengers.length > 0;
  $("rollback").hidden = challengers.length === 0;
}

function labels() {
  const l = last.labels;
  $("delay").textContent = l.delays > 0 ? `half come within ${span(l.delay50)}` : "";
  const counts = [
    ["labels learnt", count(l.learnt)],
    ["of events", last.state.answers > 0 ? percents(Math.min(1, l.learnt / last.state.answers)) : "–"],
    ...(l.delays > 0 ? [["9 of 10 within", span(l.delay90)], ["99 of 100 within", span(l.delay99)]] : []),
    ...[
      ["timed out", l.timed_out], ["late", l.late], ["early", l.early], ["duplicate", l.duplicate],
      ["corrected", l.corrected], ["unknown", l.unknown], ["refused", l.refused], ["given up", l.dropped],
      ["waiting on disk", l.spilled],
    ].filter(([, n]) => n > 0).map(([name, n]) => [name, count(n)]),
  ];
  $("label-counts").replaceChildren(...counts.map(([name, n]) => el("div", {}, el("dt", { title: name }, name), el("dd", {}, n))));
}

function watches() {
  const share = (w) => (w.limit > 0 ? w.value / w.limit : 0);
  const all = [...last.watches].sort((a, b) => share(b) - share(a)).slice(0, 60);
  const top = Math.max(1.25, ...all.map(share));
  $("empty-watches").hidden = all.length > 0;
  $("watches").hidden = all.length === 0;
  $("watches").replaceChildren(
    ...all.map((w) =>
      el("li", { class: share(w) > 1 ? "over" : "", title: `${words(w.watch)} of ${w.of} is ${number(w.value)}` + (w.limit === null ? "" : `, it alarms beyond ${number(w.limit)}`) },
        el("span", {}, w.of), trail(w.trail, w.limit),
        w.limit === null ? el("span", {}) : bar(share(w) / top, 1 / top), el("span", {}, `${words(w.watch)} ${number(w.value)}`))));
}

function budgets() {
  const value = { bytes, seconds: span, "": count };
  $("budgets").replaceChildren(
    ...last.budgets
      .map((b) => (b.name === "latency" ? { ...b, used: newest("p50") } : b))
      .map((b) => {
        const f = value[b.unit];
        return el("li", {}, el("span", {}, b.name), bar(b.limit ? b.used / b.limit : 0),
          el("span", {}, b.limit ? `${f(b.used)} of ${f(b.limit)}` : `${f(b.used)}, no limit`));
      }));
  if (last.job) return;
  const s = last.snapshot;
  $("snapshot-note").textContent = s.age === null ? "no snapshot yet" : `snapshot ${span(Math.round(s.age))} ago, ${bytes(s.bytes)}; journal ${bytes(s.journal)}`;
  const place = (p, text) => el("li", p.trouble ? { class: "bad" } : {}, el("b", { title: p.name }, p.name.replace(/\/.*\//, "…/")), " " + text + (p.trouble ? " – " + p.trouble : ""));
  $("places").replaceChildren(
    ...last.feeds.map((f) => place(f, ["feed", f.lag >= 0 ? `${count(f.lag)} behind` : "", f.bad > 0 ? `${count(f.bad)} unreadable` : ""].filter(Boolean).join(", "))),
    ...last.sinks.map((k) => place(k, `sink, ${count(k.written)} written` + (k.waiting > 0 ? `, ${count(k.waiting)} blocks wait` : ""))),
    ...(last.experts ?? []).map((e) => place(e, ["expert", `${count(e.calls)} answers`, e.useless > 0 ? `${count(e.useless)} of no use` : "", `cost ${number(e.cost)}`, e.accuracy === null ? "" : `${number(100 * e.accuracy)} % right`].filter(Boolean).join(", "))),
    ...(last.experts ? [el("li", {}, `asking about every event would have cost ${number(last.saved_cost)} more and taken ${span(last.saved_seconds)} longer`)] : []));
}

function entries() {
  keep($("log"), `${begun} ${nextEntry}`, () =>
    log.slice(-200).reverse().map((e) =>
      el("li", { class: "e-" + e.kind },
        el("time", { datetime: new Date(e.time).toISOString() }, second(e.time)), el("span", { class: "kind" }, e.kind), el("span", {}, e.text))));
}

// What people do.

let saying = 0;

/** A line at the foot of the page, for as long as it takes to read. */
function say(text) {
  $("said").textContent = text;
  clearTimeout(saying);
  saying = setTimeout(() => ($("said").textContent = ""), 2000 + 60 * text.length);
}

async function order(path, body, then) {
  try {
    const answer = await post(path, body);
    if (then) then();
    if (answer.state) say(answer.state[0].toUpperCase() + answer.state.slice(1) + ".");
  } catch (e) {
    say(e.status ? e.message : "No connection to the service.");
  }
}

function sure(text) {
  return new Promise((resolve) => {
    const d = $("sure");
    $("sure-text").textContent = text;
    d.returnValue = "no";
    d.onclose = () => {
      if (!d.open) resolve(d.returnValue === "yes"); // else the event is of the time before
    };
    d.showModal();
  });
}

async function promote(name) {
  if (await sure(`Let ${name} answer from the next event on? The champion goes on learning as a challenger.`)) {
    await order("/v1/model/promote", { challenger: name });
  }
}

async function rollback() {
  if (!$("rollback").hidden && (await sure("Give the place back to the champion before?"))) {
    await order("/v1/model/rollback");
  }
}

async function pause() {
  const to = !last?.state.paused;
  await order(to ? "/v1/model/pause" : "/v1/model/resume", undefined, () => {
    last.state.paused = to; // the next press means the other, even before the service is asked again
    header();
  });
}
const snapshot = () => order("/v1/snapshots");

function setRange(long) {
  range = long ? TWO_HOURS : 10 * MINUTE;
  $("range-short").setAttribute("aria-pressed", String(!long));
  $("range-long").setAttribute("aria-pressed", String(long));
  if (last) lines();
}

$("pause").onclick = pause;
$("snapshot").onclick = snapshot;
$("rollback").onclick = rollback;
$("help").onclick = () => $("keys").showModal();
$("range-short").onclick = () => setRange(false);
$("range-long").onclick = () => setRange(true);

const KEYS = {
  p: pause,
  s: snapshot,
  b: rollback,
  j: () => questions.move(1),
  k: () => questions.move(-1),
  l: questions.begin,
  x: () => questions.pass("skip"),
  d: () => questions.pass("abstain"),
  0: questions.none,
  r: () => setRange(range !== TWO_HOURS),
  "?": () => $("keys").showModal(),
};

document.addEventListener("keydown", (e) => {
  const closed = e.target.closest?.("dialog:not([open])"); // it and its fields may still have the focus
  const typing = !closed && e.target.closest?.("input, textarea, dialog[open]");
  if (typing || e.ctrlKey || e.metaKey || e.altKey || e.repeat) return;
  if (last?.job && !"r?".includes(e.key)) return;
  if (e.key >= "1" && e.key <= "9") {
    questions.answerNth(Number(e.key) - 1);
  } else if (KEYS[e.key]) {
    KEYS[e.key]();
  } else {
    return;
  }
  e.preventDefault();
});

poll();
