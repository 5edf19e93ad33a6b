// Draws each chart of the page from the figures beside it (see apps/web/charts.py). Its table and
// file stand on the page anyway. A script that has newer figures sends them to the drawing as the
// event "chart-data" with the same shape in `detail`.

const { echarts } = window;
const drawn = new Map();

// --- Colours: as the style sheet says, in the theme of this moment

const probe = document.createElement("span");
probe.hidden = true;
document.body.append(probe);

function colour(name) {
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
}

const LIGHTS = {
  RED: "--light-red",
  YELLOW: "--light-yellow",
  GREEN: "--light-green",
  GREY: "--light-grey",
  BLUE: "--light-blue",
};
const LINES = { target: "--chart-target", expected: "--chart-target", before: "--chart-3" };
const DASHES = { target: "dashed", expected: [2, 3], before: [6, 3] };
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "pin"];

// Never colour alone: each light, and each series of bars, has its pattern.
const line = (rotation, x, y) => ({ symbol: "rect", dashArrayX: x, dashArrayY: y, rotation });
const PATTERNS = {
  RED: line(Math.PI / 4, [1, 0], [2, 4]),
  YELLOW: line(-Math.PI / 4, [1, 0], [1, 7]),
  GREEN: "none",
  GREY: { symbol: "circle", symbolSize: 0.5, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0] },
  BLUE: line(0, [1, 0], [1, 6]),
};
const OTHERS = ["none", line(Math.PI / 4, [1, 0], [1, 6]), line(0, [1, 0], [1, 6]), line(-Math.PI / 4, [1, 0], [2, 4])];

const pattern = (made) =>
  made === "none" ? { symbol: "none" } : { color: colour("--surface").replace("rgb(", "rgba(").replace(")", ", 0.55)"), ...made };

// --- What is said

const language = document.documentElement.lang;
const NUMBER = /^-?\d+(\.\d+)?$/;

// As text: a figure is never rounded on its way to the reader.
function figure(text) {
  if (text === null || text === undefined) return "—";
  if (!NUMBER.test(text)) return String(text);
  const [whole, part] = String(text).split(".");
  const parted = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const rest = part?.replace(/0+$/, "");
  return rest ? `${parted}.${rest}` : parted;
}

const short = (number) => new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 }).format(number);

function tip(data, entries) {
  const at = entries[0].dataIndex;
  const lines = entries.map((entry) => {
    const value = data.series[entry.seriesIndex].values[at];
    return `${entry.seriesName}  ${figure(value)}${value === null || !data.unit ? "" : ` ${data.unit}`}`;
  });
  return [data.labels[at], ...lines].join("\n");
}

// --- The drawing

function seriesOf(data, small) {
  return data.series.map((one, n) => {
    const name = LIGHTS[one.look] ?? LINES[one.look] ?? `--chart-${(n % 6) + 1}`;
    const isLine = one.look in LINES || data.kind === "lines";
    const shared = {
      name: one.name,
      data: one.values.map((value) => (value === null ? null : Number(value))),
      color: colour(name),
      emphasis: { focus: "none" },
      cursor: one.links.length || data.links.length ? "pointer" : "default",
    };
    return isLine ? asLine(shared, one, n, small) : asBars(shared, one, n, data);
  });
}

function asLine(shared, one, n, small) {
  return {
    ...shared,
    type: "line",
    lineStyle: { width: one.look ? 1.5 : 2, type: DASHES[one.look] ?? "solid" },
    symbol: one.look ? "none" : SYMBOLS[n % SYMBOLS.length],
    symbolSize: small ? 3 : 6,
    showAllSymbol: shared.data.length <= 36,
    connectNulls: false,
  };
}

function asBars(shared, one, n, data) {
  const made = PATTERNS[one.look] ?? OTHERS[n % OTHERS.length];
  return {
    ...shared,
    type: "bar",
    stack: data.kind === "lights" ? "all" : undefined,
    barMaxWidth: 28,
    itemStyle: { decal: pattern(made), borderColor: colour("--surface"), borderWidth: data.kind === "lights" ? 0.5 : 0 },
  };
}

const roomOf = (data, width) => (width - 60) / data.labels.length - 6;

// Bars whose names have no room below them lie on their side, the names beside them.
const areLying = (data, small, width) => !small && data.kind === "bars" && roomOf(data, width) < 64;

// Few bars have all their names, in lines as wide as there is room.
function few(data, small, width) {
  if (small) return { interval: Math.max(data.labels.length - 2, 0) };
  if (data.kind !== "bars") return { interval: "auto" };
  const room = areLying(data, small, width) ? beside(width) : roomOf(data, width);
  return { interval: 0, hideOverlap: false, width: room, overflow: "break" };
}

const beside = (width) => Math.min(width * 0.45, 200);
const breadth = (text) => [...text].reduce((sum, sign) => sum + (sign > "\u2e80" ? 12 : 7.5), 0);

// Lying bars need a row for each name, as many lines high as the longest one.
function heightOf(data, small, width) {
  if (!areLying(data, small, width)) return null;
  const lines = Math.max(...data.labels.map((name) => Math.ceil((breadth(name) * 1.2) / beside(width))));
  const row = Math.max(lines * 14 + 8, data.series.length * 11 + 6);
  return legendHeight(data, width) + data.labels.length * row + 28;
}

// The legend wraps; so many pixels of the drawing are its.
function legendHeight(data, width) {
  const wide = (text) => breadth(text) + 40;
  let rows = 1;
  let used = 0;
  for (const { name } of data.series) {
    if (used && used + wide(name) > width) {
      rows += 1;
      used = 0;
    }
    used += wide(name);
  }
  return 16 + rows * 24;
}

function axesOf(data, small, top, width, quiet, grid) {
  const lying = areLying(data, small, width);
  const category = {
    type: "category",
    data: data.labels,
    inverse: lying,
    boundaryGap: data.kind !== "lines",
    axisLabel: {
      ...quiet,
      hideOverlap: true,
      ...few(data, small, width),
      alignMinLabel: data.kind === "bars" ? null : "left",
      alignMaxLabel: data.kind === "bars" ? null : "right",
    },
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colour("--line-strong") } },
  };
  const value = {
    type: "value",
    max: top || undefined,
    splitNumber: small || lying ? 2 : 4,
    minInterval: data.kind === "lights" ? 1 : undefined,
    axisLabel: { ...quiet, formatter: short },
    splitLine: grid,
  };
  return lying ? { xAxis: value, yAxis: category } : { xAxis: category, yAxis: value };
}

function optionOf(data, small, top, width) {
  const words = { color: colour("--ink"), fontFamily: getComputedStyle(document.body).fontFamily };
  const quiet = { ...words, color: colour("--ink-2"), fontSize: small ? 10 : 12 };
  const grid = { lineStyle: { color: colour("--chart-grid") } };
  const axes = axesOf(data, small, top, width, quiet, grid);
  return {
    animation: false,
    aria: { enabled: true, label: { enabled: false }, decal: { show: false } },
    textStyle: words,
    legend: small ? undefined : { top: 0, left: 0, textStyle: words, icon: undefined, itemWidth: 22, inactiveColor: colour("--ink-2") },
    grid: small
      ? { left: 4, right: 8, top: 8, bottom: 2, containLabel: true }
      : { left: 4, right: 12, top: legendHeight(data, width), bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: colour("--surface"),
      borderColor: colour("--line-strong"),
      textStyle: words,
      axisPointer: { lineStyle: { color: colour("--line-strong") } },
      formatter: (entries) => tip(data, entries),
    },
    ...axes,
    series: seriesOf(data, small),
  };
}

// The scale that small charts share ends on a number that people read.
function roundUp(top) {
  if (!(top > 0)) return undefined;
  const unit = 10 ** Math.floor(Math.log10(top));
  return [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10].map((step) => step * unit).find((end) => end >= top);
}

function draw(place) {
  const known = drawn.get(place);
  const small = "small" in place.dataset;
  const top = roundUp(Number(place.dataset.top));
  const width = known.chart.getWidth();
  const height = heightOf(known.data, small, width);
  place.style.height = height ? `${height}px` : "";
  if (known.chart.getHeight() !== place.clientHeight) known.chart.resize({ width, height: place.clientHeight });
  known.chart.setOption(optionOf(known.data, small, top, width), { notMerge: true });
}

function begin(place) {
  if (drawn.has(place)) return;
  const data = JSON.parse(place.querySelector("script").textContent);
  const canvas = document.createElement("div");
  canvas.className = "chart-canvas";
  place.append(canvas);
  const box = place.getBoundingClientRect();
  const chart = echarts.init(canvas, null, { renderer: "canvas", width: box.width, height: box.height });
  drawn.set(place, { chart, data });
  chart.on("click", ({ seriesIndex, dataIndex }) => {
    const now = drawn.get(place).data;
    const address = now.series[seriesIndex].links[dataIndex] || now.links[dataIndex];
    if (address) window.location.assign(address);
  });
  place.addEventListener("chart-data", ({ detail }) => {
    drawn.get(place).data = detail;
    draw(place);
  });
  sizes.observe(place);
  draw(place);
}

const sizes = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const { width, height } = contentRect;
    const known = drawn.get(target);
    if (!width || !known || known.chart.getWidth() === width) continue;
    known.chart.resize({ width, height });
    draw(target);
  }
});

function all() {
  for (const [place, { chart }] of drawn) {
    if (place.isConnected) continue;
    chart.dispose();
    drawn.delete(place);
  }
  for (const place of document.querySelectorAll("[data-chart]")) begin(place);
}

const again = () => {
  for (const place of drawn.keys()) draw(place);
};

all();
document.body.addEventListener("htmx:afterSettle", all);
new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });

// On paper: the colours of the light theme, at the width of the sheet.
const paper = window.matchMedia("print");
function toPaper() {
  for (const [place, { chart }] of drawn) {
    const { width, height } = place.getBoundingClientRect();
    if (width) chart.resize({ width, height });
    draw(place);
  }
}
paper.addEventListener("change", toPaper);
window.addEventListener("beforeprint", toPaper);
