// What a job on a cluster has that a live pipeline has not.

import { $, bytes, count, el, number, span } from "./format.js";

/** In a few words how it does. */
export const word = (job) => (job.state === "running" && job.running < job.tasks ? "starting" : job.state === "running" ? "learning" : job.state);

/** Good, bad, or neither. */
export const dot = (job) => (job.state === "running" && job.running === job.tasks ? "good" : job.state === "finished" ? "" : job.ended ? "bad" : "warn");

export function show(job, now) {
  $("job-id").textContent = job.id;
  const facts = [
    ["tasks running", `${job.running} of ${job.tasks}`],
    ["restarts", count(job.restarts)],
    ["checkpoints", count(job.checkpoints)],
    ["given up", job.checkpoints_failed, count],
    ["last checkpoint", job.checkpoint_at, (at) => `${span(Math.max(0, Math.round((now - at) / 1000)))} ago`],
    ["its size", job.checkpoint_bytes, bytes],
    ["it took", job.checkpoint_seconds, span],
    ["models", job.model_bytes, bytes],
    ["keys in memory", job.keys, count],
    ["unread at the source", job.waiting < 0 ? 0 : job.waiting, count],
    ["unreadable", job.bad_records, count],
    ["merges", job.merges, count],
    ["merges a copy lags", job.merges > 0 ? job.staleness : 0, number],
  ];
  $("job").replaceChildren(
    ...facts
      .filter(([, v, f]) => f === undefined || v > 0)
      .map(([name, v, f]) => el("div", {}, el("dt", { title: name }, name), el("dd", {}, f ? f(v) : v))));
}
