// Numbers and times as people read them, and elements whose text is only ever text.

export const $ = (id) => document.getElementById(id);

/** An element; children are elements or text. */
export function el(tag, props = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (k === "class") e.className = v;
    else if (k.startsWith("on")) e[k] = v;
    else e.setAttribute(k, v);
  }
  e.append(...children);
  return e;
}

export function svg(tag, attributes, ...children) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [k, v] of Object.entries(attributes)) {
    e.setAttribute(k, v);
  }
  e.append(...children);
  return e;
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const three = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const known = (v) => v !== null && v !== undefined && !Number.isNaN(v);

export const count = (v) => (!known(v) ? "–" : v < 1e6 ? whole.format(v) : short.format(v));
export const rate = (v) => (!known(v) ? "–" : v < 100 ? three.format(v) : count(v));
export const percent = (v) => (known(v) ? (v === 1 ? "100" : (100 * v).toFixed(1)) + " %" : "–");
export const percents = (v) => (known(v) ? Number((100 * v).toFixed(1)) + " %" : "–");
export const number = (v) => (known(v) ? three.format(v) : "–");

/** In units of 1024, as pipeline files give them. */
export function bytes(v) {
  if (!known(v)) return "–";
  const units = ["B", "kB", "MB", "GB", "TB"];
  let u = 0;
  while (v >= 1000 && u < units.length - 1) {
    v /= 1024;
    u++;
  }
  return (u === 0 ? whole.format(v) : three.format(v)) + " " + units[u];
}

export function span(seconds) {
  if (!known(seconds)) return "–";
  if (seconds === 0) return "0 s";
  if (seconds < 1e-3) return three.format(seconds * 1e6) + " µs";
  if (seconds < 1) return three.format(seconds * 1e3) + " ms";
  if (seconds < 60) return three.format(seconds) + " s";
  const units = [[86400, "d", "h", 3600], [3600, "h", "min", 60], [60, "min", "s", 1]];
  const [size, unit, lesser, part] = units.find((u) => seconds >= u[0]);
  const rest = Math.floor((seconds % size) / part);
  const head = Math.floor(seconds / size);
  return rest && head < 100 ? `${head} ${unit} ${rest} ${lesser}` : `${head} ${unit}`;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const exact = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
export const hour = (t) => clock.format(t);
export const second = (t) => exact.format(t);
export const date = (t) => day.format(t);

export const words = (name) => name.replaceAll("_", " ");

/** A bar from 0 to 1, red beyond 1; a tick where the limit lies, if it lies inside. */
export function bar(share, tick, none) {
  const width = Math.max(0, Math.min(1, share || 0)) * 100;
  const kind = none ? "fill none" : tick === undefined ? (share >= 1 ? "fill bad" : "fill") : share > tick ? "fill bad" : "fill";
  const s = svg(
    "svg",
    { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { class: "track", width: 100, height: 8, rx: 2 }),
    svg("rect", { class: kind, width, height: 8, rx: 2 }),
  );
  if (tick !== undefined && tick <= 1) {
    s.append(svg("line", { class: "tick", x1: tick * 100, x2: tick * 100, y1: 0, y2: 8 }));
  }
  return s;
}

/** Measurements so far, from 0, with a dashed line where they alarm. */
export function trail(values, limit) {
  const v = values.filter((x) => x !== null);
  const top = Math.max(limit ?? 0, ...v) || 1;
  const step = v.length > 1 ? 64 / (v.length - 1) : 64;
  const y = (x) => (17 - (16 * Math.max(0, x)) / top).toFixed(1);
  const points = v.map((x, i) => `${(i * step).toFixed(1)},${y(x)}`).join(" ");
  const s = svg(
    "svg",
    { class: "trail", viewBox: "0 0 64 18", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("polyline", { points }),
  );
  if (limit !== null) {
    s.prepend(svg("line", { x1: 0, x2: 64, y1: y(limit), y2: y(limit) }));
  }
  return s;
}
