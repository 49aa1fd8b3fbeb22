// The charts: lines over time, with marks where something happened.

import { hour, second } from "./format.js";

/* global Chart */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NEAR = 6; // pixels
const dark = matchMedia("(prefers-color-scheme: dark)");
const charts = [];
let marks = []; // {time, kind, text}

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const SERIES = ["--accent", "--second", "--third", "--fourth", "--fifth", "--sixth"];
const colour = (c) => (c.startsWith("--") ? css(c) : c);

/** What marks look like; those with a line divide one time from another. */
const KINDS = {
  drift: { colour: "--second", shape: "triangle" },
  alarm: { colour: "--bad", shape: "diamond" },
  promotion: { colour: "--good", line: [] },
  start: { colour: "--soft", line: [2, 4] },
};

/** The shape of a mark around a point, 8 pixels wide; for the legend too. */
export function shape(kind) {
  return KINDS[kind].shape === "triangle" ? [[-4, -3], [4, -3], [0, 4]] : [[0, -4.5], [4.5, 0], [0, 4.5], [-4.5, 0]];
}

function polygon(ctx, points, x, y) {
  ctx.beginPath();
  points.forEach(([dx, dy]) => ctx.lineTo(x + dx, y + dy));
  ctx.closePath();
  ctx.fill();
}

/** Marks above the plot, and lines through it. Of several at one place one is drawn. */
const moments = {
  id: "moments",
  beforeDatasetsDraw(chart) {
    if (!chart.options.moments) return;
    const { ctx, chartArea: area, scales } = chart;
    const drawn = {};
    ctx.save();
    for (const m of marks) {
      const kind = KINDS[m.kind];
      const x = Math.round(scales.x.getPixelForValue(m.time)) + 0.5;
      if (x < area.left || x > area.right || x - (drawn[m.kind] ?? -NEAR) < NEAR) continue;
      drawn[m.kind] = x;
      ctx.strokeStyle = ctx.fillStyle = css(kind.colour);
      ctx.lineWidth = kind.line ? 1.5 : 1;
      ctx.globalAlpha = kind.line ? 0.9 : 0.28;
      ctx.setLineDash(kind.line ?? []);
      ctx.beginPath();
      ctx.moveTo(x, area.top - (kind.line ? 12 : 2));
      ctx.lineTo(x, area.bottom);
      ctx.stroke();
      if (kind.shape) {
        ctx.globalAlpha = 1;
        polygon(ctx, shape(m.kind), x, area.top - 7);
      }
    }
    ctx.restore();
  },
};

/** Names at the right ends of lines, so that no one needs to tell colours apart. */
const ends = {
  id: "ends",
  afterDatasetsDraw(chart) {
    if (!chart.options.layout.padding.right) return;
    const { ctx, chartArea: area, scales } = chart;
    const labels = [];
    for (const d of chart.data.datasets) {
      const last = d.data.findLast((p) => !Number.isNaN(p.y));
      if (last) labels.push({ d, y: scales.y.getPixelForValue(last.y) });
    }
    labels.sort((a, b) => a.y - b.y);
    let lowest = area.top;
    for (const l of labels) {
      l.y = lowest = Math.max(l.y, lowest);
      lowest += 15;
    }
    let highest = area.bottom;
    for (const l of labels.reverse()) {
      l.y = Math.min(l.y, highest);
      highest = l.y - 15;
    }
    ctx.save();
    ctx.font = "12px " + getComputedStyle(document.body).fontFamily;
    ctx.textBaseline = "middle";
    for (const { d, y } of labels) {
      ctx.fillStyle = d.borderColor;
      ctx.fillText(fit(ctx, d.label, chart.width - area.right - 10), area.right + 8, y);
    }
    ctx.restore();
  },
};

function fit(ctx, text, width) {
  let t = text;
  while (t.length > 1 && ctx.measureText(t).width > width) {
    t = t.slice(0, -2) + "…";
  }
  return t;
}

/** Marks by the pointer, in words. */
function nearby(items) {
  if (!items.length || !items[0].chart.options.moments) return [];
  const { x } = items[0].chart.scales;
  const at = x.getPixelForValue(items[0].parsed.x);
  return marks
    .filter((m) => Math.abs(x.getPixelForValue(m.time) - at) < NEAR)
    .slice(-4)
    .map((m) => (m.text.length > 70 ? m.text.slice(0, 69) + "…" : m.text));
}

/**
 * A chart on a canvas: `series` are {label, colour, dash, strong}; `format` writes values, `axis`
 * those of the axis.
 */
export class Lines {
  constructor(id, format, options = {}) {
    this.canvas = document.getElementById(id);
    this.named = options.named ?? false;
    const axis = options.axis ?? format;
    this.chart = new Chart(this.canvas, {
      type: "line",
      data: { datasets: [] },
      plugins: [moments, ends],
      options: {
        moments: options.moments ?? false,
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        parsing: false,
        normalized: true,
        spanGaps: 15_000,
        layout: { padding: { top: options.moments ? 14 : 4, right: 0 } },
        interaction: { mode: "nearest", axis: "x", intersect: false },
        elements: { point: { radius: 0, hitRadius: 6 }, line: { tension: 0.15 } },
        scales: {
          x: {
            type: "linear",
            ticks: { maxRotation: 0, autoSkipPadding: 24, callback: (t) => (t % MINUTE === 0 ? hour(t) : second(t)) },
            afterBuildTicks: (a) => {
              a.ticks = ticks(a.min, a.max);
            },
            grid: { display: false },
          },
          y: {
            beginAtZero: !options.free,
            ticks: { maxTicksLimit: 5, callback: (v) => axis(v) },
            border: { display: false },
          },
        },
        plugins: {
          legend: { display: false },
          tooltip: {
            padding: 10,
            boxPadding: 4,
            cornerRadius: 8,
            borderWidth: 1,
            footerFont: { weight: "normal" },
            callbacks: {
              title: (items) => (items.length ? second(items[0].parsed.x) : ""),
              label: (item) => ` ${item.dataset.label}  ${format(item.parsed.y)}`,
              footer: nearby,
            },
          },
        },
      },
    });
    charts.push(this);
    this.paint();
  }

  /** Colours of the scheme people have chosen. */
  paint() {
    const { x, y } = this.chart.options.scales;
    x.ticks.color = y.ticks.color = css("--soft");
    y.grid = { color: css("--faint") };
    x.border = { color: css("--line") };
    const tip = this.chart.options.plugins.tooltip;
    tip.backgroundColor = css("--card");
    tip.borderColor = css("--line");
    tip.titleColor = tip.bodyColor = css("--ink");
    tip.footerColor = css("--soft");
    for (const d of this.chart.data.datasets) {
      d.borderColor = d.backgroundColor = colour(d.own);
    }
    this.chart.update("none");
  }

  /** @param share whether values are shares, shown from where nearly all of them lie to 1 */
  show(series, from, to, share) {
    const sets = this.chart.data.datasets;
    sets.length = series.length;
    series.forEach((s, i) => {
      const d = (sets[i] ??= {});
      d.label = s.label;
      d.data = s.data;
      d.own = s.colour;
      d.borderColor = d.backgroundColor = colour(s.colour);
      d.borderDash = s.dash ?? [];
      d.borderWidth = s.strong ? 2.5 : s.dash ? 1.25 : 1.6;
      d.order = s.strong ? 0 : s.dash ? 2 : 1;
    });
    const { x, y } = this.chart.options.scales;
    x.min = from;
    x.max = to;
    if (share !== undefined) {
      const all = series.flatMap((s) => s.data.map((p) => p.y)).filter((v) => !Number.isNaN(v));
      const low = all.sort((a, b) => a - b)[Math.floor(all.length / 50)] ?? 0.9;
      y.min = share ? Math.max(0, Math.floor(10 * low - 0.2) / 10) : undefined;
      y.max = share ? 1 : undefined;
    }
    this.chart.options.layout.padding.right = this.named && this.canvas.clientWidth > 640 ? 84 : 0;
    this.chart.update("none");
  }
}

/** Whole minutes or halves, about six of them. */
function ticks(min, max) {
  const steps = [0.5, 1, 2, 5, 10, 20, 30, 60].map((m) => m * MINUTE);
  const step = steps.find((s) => (max - min) / s <= 7) ?? HOUR;
  const all = [];
  for (let t = Math.ceil(min / step) * step; t <= max; t += step) {
    all.push({ value: t });
  }
  return all;
}

export function mark(all) {
  marks = all;
}

/** Solid colours for models that compete, grey dashes for baselines. */
export function styleOf(role, nth) {
  if (role === "baseline") {
    return { colour: "--baseline", dash: nth % 2 ? [2, 3] : [6, 4] };
  }
  return { colour: SERIES[nth % SERIES.length], strong: role === "champion" };
}

export { colour, KINDS };

dark.addEventListener("change", () => charts.forEach((c) => c.paint()));
