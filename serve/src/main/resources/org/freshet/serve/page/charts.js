// The charts: lines over time with marks where something happened.

import { hour, second } from "./format.js";

/* global Chart */
const HOUR = 3600_000;
const dark = matchMedia("(prefers-color-scheme: dark)");
const charts = [];
let marks = []; // {time, kind}

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const SERIES = ["--accent", "--second", "#8a63c9", "#3f8f4f", "#c94f7c", "#a38a1c", "#4a72d4"];
const colour = (c) => (c.startsWith("--") ? css(c) : c);

/** Lines at the moments of drifts and promotions. */
const moments = {
  id: "moments",
  beforeDatasetsDraw(chart) {
    const { ctx, chartArea: area, scales } = chart;
    if (!chart.options.moments) return;
    ctx.save();
    ctx.lineWidth = 1;
    for (const m of marks) {
      const x = scales.x.getPixelForValue(m.time);
      if (x < area.left || x > area.right) continue;
      ctx.strokeStyle = css(m.kind === "promotion" ? "--good" : "--second");
      ctx.globalAlpha = 0.75;
      ctx.setLineDash(m.kind === "promotion" ? [] : [3, 3]);
      ctx.beginPath();
      ctx.moveTo(Math.round(x) + 0.5, area.top);
      ctx.lineTo(Math.round(x) + 0.5, area.bottom);
      ctx.stroke();
    }
    ctx.restore();
  },
};

/** A chart on a canvas: `series` are {label, colour, dash}; `format` writes values. */
export class Lines {
  constructor(id, format, options = {}) {
    this.canvas = document.getElementById(id);
    this.format = format;
    this.chart = new Chart(this.canvas, {
      type: "line",
      data: { datasets: [] },
      plugins: [moments],
      options: {
        moments: options.moments ?? false,
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        parsing: false,
        normalized: true,
        spanGaps: 15_000,
        interaction: { mode: "nearest", axis: "x", intersect: false },
        elements: { point: { radius: 0, hitRadius: 6 }, line: { borderWidth: 1.75, tension: 0.15 } },
        scales: {
          x: {
            type: "linear",
            ticks: { maxRotation: 0, autoSkipPadding: 24, callback: (t) => hour(t) },
            afterBuildTicks: (axis) => {
              axis.ticks = ticks(axis.min, axis.max);
            },
            grid: { display: false },
          },
          y: {
            beginAtZero: !options.free,
            ticks: { maxTicksLimit: 5, callback: (v) => format(v) },
            border: { display: false },
          },
        },
        plugins: {
          legend: { display: false },
          tooltip: {
            callbacks: {
              title: (items) => (items.length ? second(items[0].parsed.x) : ""),
              label: (item) => ` ${item.dataset.label}  ${format(item.parsed.y)}`,
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
    for (const d of this.chart.data.datasets) {
      d.borderColor = colour(d.own);
    }
    this.chart.update("none");
  }

  /** @param share whether values are shares, shown from the lowest of them to 1 */
  show(series, from, to, share) {
    const sets = this.chart.data.datasets;
    sets.length = series.length;
    series.forEach((s, i) => {
      const d = (sets[i] ??= {});
      d.label = s.label;
      d.data = s.data;
      d.own = s.colour;
      d.borderColor = colour(s.colour);
      d.borderDash = s.dash ?? [];
      d.borderWidth = s.dash ? 1.25 : 1.9;
      d.order = s.dash ? 1 : 0;
    });
    const { x, y } = this.chart.options.scales;
    x.min = from;
    x.max = to;
    if (share !== undefined) {
      const lowest = Math.min(1, ...series.flatMap((s) => s.data.map((p) => (Number.isNaN(p.y) ? 1 : p.y))));
      y.min = share ? Math.max(0, Math.floor(10 * lowest - 0.2) / 10) : undefined;
      y.max = share ? 1 : undefined;
    }
    this.chart.update("none");
  }
}

/** Whole minutes, about six of them. */
function ticks(min, max) {
  const steps = [1, 2, 5, 10, 20, 30, 60].map((m) => m * 60_000);
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
  return { colour: SERIES[nth % SERIES.length] };
}

export { colour };

dark.addEventListener("change", () => charts.forEach((c) => c.paint()));
