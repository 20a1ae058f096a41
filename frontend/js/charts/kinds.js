/** One function per kind of chart: the page's data in, what ECharts draws out. */
import { axisText, colour, decimals, figure, firm, label, quiet, token } from "./look.js";

const number = (value) => (value === null || value === undefined || value === "" ? null : Number(value));

/** Say how many lines the names of *series* take up at a width. */
function lines(series, width) {
  let count = 1, filled = 0;
  for (const one of series) {
    const long = breadth(one.name) + 31;
    if (filled && filled + long > width) [count, filled] = [count + 1, 0];
    filled += long;
  }
  return count;
}

function legend(series) {
  if (series.length < 2) return {};
  return { legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 10, itemGap: 14, icon: "rect", textStyle: axisText } };
}

function axes(data, narrow) {
  const names = {
    type: "category", data: data.categories, axisLine: firm, axisTick: { show: false },
    axisLabel: { ...axisText, interval: data.horizontal || !narrow ? 0 : "auto", hideOverlap: true, width: narrow ? 96 : 150, overflow: data.horizontal ? "truncate" : "none" },
    inverse: Boolean(data.horizontal),
  };
  const amounts = {
    type: "value", min: data.from ?? undefined, max: data.unit === "%" ? 100 : undefined, interval: data.unit === "%" ? (narrow ? 50 : 25) : undefined, scale: data.from !== undefined, splitLine: quiet,
    axisLabel: { ...axisText, formatter: (value) => figure(value), hideOverlap: true }, splitNumber: narrow ? 3 : 5,
  };
  return data.horizontal ? { yAxis: names, xAxis: amounts } : { xAxis: names, yAxis: amounts };
}

function target({ target: line }) {
  if (!line) return {};
  return {
    markLine: {
      silent: true, symbol: "none", animation: false,
      data: [{ [line.horizontal ? "xAxis" : "yAxis"]: Number(line.value), name: line.name }],
      lineStyle: { color: token("focus"), type: "dashed", width: 1.5 },
      label: { ...label, color: token("focus"), position: "insideEndTop", formatter: `${line.name} ${figure(line.value)}` },
    },
  };
}

const frame = (data, width) => ({
  left: 4, right: data.horizontal && !data.stacked ? 60 : 12, bottom: 4, top: data.series.length > 1 ? 14 + 20 * lines(data.series, width) : 14, containLabel: true,
});

const told = (data) => (items) => {
  const list = Array.isArray(items) ? items : [items];
  const lines = list.filter((item) => item.value !== null && item.value !== undefined && item.value !== "");
  return [list[0]?.axisValueLabel ?? list[0]?.name, ...lines.map((item) => `${item.seriesName} ${figure(item.value)} ${data.unit ?? ""}`)].join("\n");
};

// Where each place on the axis has its own colour, the second of a pair is the paler one.
const shade = (of, index) => ({ color: of, opacity: index ? 0.4 : 1 });

/** Draw bars, side by side or stacked. */
export function bar(given, width) {
  const narrow = width < 480;
  // Where the names would not fit side by side they stand below each other.
  const data = narrow && given.categories.length > 5 && !given.time ? { ...given, horizontal: true } : given;
  const places = decimals(data.series.flatMap((one) => one.values));
  // A few bars side by side are as wide as the figures above them, so that none stands over its neighbour.
  const few = !data.stacked && !narrow && data.series.length > 1 && data.series.length * data.categories.length < 13;
  const series = data.series.map((one, index) => ({
    name: one.name, type: "bar", stack: data.stacked ? "all" : undefined, barMaxWidth: few ? 60 : 26, barGap: "15%",
    itemStyle: { ...(data.keys ? shade(token("ink-soft"), index) : { color: colour(one.key, index) }), borderColor: "#fff", borderWidth: data.stacked ? 0.5 : 0 },
    data: one.values.map((value, at) => ({
      value: number(value),
      url: one.urls?.[at],
      ...(data.keys ? { itemStyle: shade(colour(data.keys[at], at), index) } : {}),
    })),
    label: data.stacked || (data.series.length > 1 && (narrow || data.categories.length > 6)) ? undefined : {
      ...label, show: true, position: data.horizontal ? "right" : "top", formatter: ({ value }) => (value ? figure(value, places) : ""),
    },
    labelLayout: { hideOverlap: true },
    ...(index === 0 ? target(data) : {}),
  }));
  return { ...legend(series), grid: frame(data, width), ...axes(data, narrow), series, tooltip: tip(data) };
}

function tip(data) {
  return {
    trigger: "axis", axisPointer: { type: "line", lineStyle: { color: token("line-field") } }, formatter: told(data),
    renderMode: "richText", confine: true, backgroundColor: token("ink"), borderWidth: 0, textStyle: { ...axisText, color: "#fff" },
  };
}

// A name that stands among other lines is read on a ground of its own.
const halo = { textBorderColor: token("paper"), textBorderWidth: 3 };
const ends = (values) => number(values.at(-1)) !== null;

/** Draw lines; what is missing is a gap, and each line carries its name at its end. */
export function line(data, width) {
  const narrow = width < 480;
  const series = data.series.map((one, index) => ({
    name: one.name, type: "line", connectNulls: false, symbol: index % 2 ? "rect" : "circle", symbolSize: 5, step: data.step ? "end" : undefined,
    showSymbol: data.categories.length < 26,
    lineStyle: { width: 2, color: colour(one.key, index), type: one.dashed ? "dashed" : "solid" },
    itemStyle: { color: colour(one.key, index) },
    data: one.values.map((value) => number(value)),
    endLabel: narrow ? undefined : { ...label, ...halo, show: true, color: colour(one.key, index), formatter: one.name, distance: 6, offset: ends(one.values) ? [0, 0] : [0, -11] },
    labelLayout: { moveOverlap: "shiftY" },
    ...(index === 0 ? target(data) : {}),
  }));
  const grid = frame(data, width);
  const longest = Math.max(...data.series.map((one) => one.name.length));
  if (!narrow) Object.assign(grid, { right: Math.min(140, 20 + longest * 11), top: 14 });
  const both = axes({ ...data, horizontal: false }, narrow);
  // The axis ends where the lines do, so that their names stand beside it.
  both.xAxis.boundaryGap = false;
  return { ...(narrow ? legend(series) : {}), grid, ...both, series, tooltip: tip(data) };
}

/** Draw flows: sources, tiers, uses, each link as wide as its mass. */
export function sankey(data, width) {
  const narrow = width < 560;
  const places = decimals(data.links.map((link) => link.value));
  const names = new Map(data.nodes.map((node) => [node.id ?? node.name, node]));
  // The names at the right end stand beside their bars, whole or in lines.
  const given = new Set(data.links.map((link) => link.source));
  const taken = new Set(data.links.map((link) => link.target));
  const last = data.nodes.filter((node) => !given.has(node.id ?? node.name)).map((node) => breadth(node.name));
  const rows = Math.max(last.length, data.nodes.filter((node) => !taken.has(node.id ?? node.name)).length);
  const right = Math.min(Math.max(60, ...last) + 18, width * (narrow ? 0.32 : 0.25));
  return {
    series: [{
      type: "sankey", left: 4, right, top: 8, bottom: 8, nodeGap: rows > 12 ? 12 : 28, nodeWidth: 10,
      nodeAlign: "justify", draggable: false, emphasis: { focus: "adjacency" }, layoutIterations: 48,
      data: data.nodes.map((node, index) => ({
        name: node.id ?? node.name, url: node.url, itemStyle: { color: colour(node.key, index), borderWidth: 0 },
      })),
      links: data.links.map((link) => ({ source: link.source, target: link.target, value: Number(link.value), url: link.url })),
      lineStyle: { color: "source", opacity: 0.28, curveness: 0.5 },
      label: {
        ...label,
        formatter: ({ name, value }) => `${folds(names.get(name)?.name ?? name, given.has(name) ? width / 4 : right - 16)}\n{n|${figure(value, places)}}`,
        rich: { n: { color: token("ink-soft"), fontSize: 11, lineHeight: 15 } },
      },
    }],
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: token("ink"), borderWidth: 0, textStyle: { ...axisText, color: "#fff" },
      formatter: ({ dataType, data: item, name, value }) => {
        const title = dataType === "edge"
          ? `${names.get(item.source)?.name ?? item.source} → ${names.get(item.target)?.name ?? item.target}`
          : names.get(name)?.name ?? name;
        return `${title}\n${figure(value)} ${data.unit ?? ""}`;
      },
    },
  };
}

/** Draw a field of cells; the word of a cell stands in it, so colour is never alone. */
export function heatmap(data, width) {
  const cells = data.cells.flatMap((row, y) => row.map((cell, x) => ({ value: [x, y, number(cell?.value ?? cell)], word: cell?.word, url: cell?.url })));
  const amounts = cells.map((cell) => cell.value[2]).filter((value) => value !== null);
  return {
    grid: { left: 4, right: 8, top: 26, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: data.columns, position: "top", axisLine: { show: false }, axisTick: { show: false }, axisLabel: { ...axisText, interval: width < 480 ? "auto" : 0 } },
    yAxis: { type: "category", data: data.rows, inverse: true, axisLine: { show: false }, axisTick: { show: false }, axisLabel: { ...axisText, width: 120, overflow: "truncate" } },
    visualMap: { show: false, min: Math.min(0, ...amounts), max: Math.max(1, ...amounts), inRange: { color: ["#f1f6fb", "#c9ddf0", "#8db7dd"] } },
    series: [{
      type: "heatmap", data: cells, itemStyle: { borderColor: "#fff", borderWidth: 2 },
      label: { ...label, show: true, formatter: ({ data: cell }) => cell.word ?? (cell.value[2] === null ? "" : figure(cell.value[2])) },
      labelLayout: { hideOverlap: true },
    }],
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: token("ink"), borderWidth: 0, textStyle: { ...axisText, color: "#fff" },
      formatter: ({ data: cell }) => `${data.rows[cell.value[1]]} · ${data.columns[cell.value[0]]}\n${cell.word ?? figure(cell.value[2])} ${data.unit ?? ""}`,
    },
  };
}

/** Say about how wide a text is drawn: a Chinese sign is as wide as it is high. */
function breadth(text) {
  return [...String(text)].reduce((sum, sign) => sum + (sign.codePointAt(0) > 0xff ? 12.5 : 7), 0);
}

/** Break a text into lines of at most *room* pixels: at its words, else between its signs. */
function folds(text, room) {
  const lines = [""];
  for (const part of String(text).match(/[\u0021-\u00ff]+|./gu) ?? []) {
    const last = lines.at(-1);
    if (last && breadth(last + part) > room) lines.push(part.trimStart());
    else lines[lines.length - 1] = last + part;
  }
  return lines.join("\n");
}

const leavesOf = (one) => (one.children?.length ? one.children.flatMap(leavesOf) : [one.name]);

/** Draw a family tree from left to right, or down on a narrow screen. */
export function tree(data, width) {
  const narrow = width < 620;
  const node = (one) => ({
    name: one.name, note: one.note, url: one.url, children: one.children?.map(node),
    itemStyle: { color: one.here ? token("accent") : colour(one.key), borderWidth: 0 },
    label: one.here ? { fontWeight: 700 } : undefined,
  });
  // Names stand whole: the margins are as wide as what stands in them, and on a narrow screen a leaf is folded.
  const left = Math.min(Math.max(breadth(data.root.name) / 2 + 6, 40), width * 0.3);
  const folded = (name) => (narrow ? String(name).replaceAll(" · ", "\n") : String(name));
  const leaf = Math.max(...leavesOf(data.root).flatMap((name) => folded(name).split("\n")).map(breadth));
  return {
    series: [{
      type: "tree", data: [node(data.root)], left, right: leaf + 22, top: 40, bottom: 20, orient: "LR",
      symbol: "rect", symbolSize: 9, expandAndCollapse: false, roam: false, initialTreeDepth: -1,
      lineStyle: { color: token("line-firm"), width: 1.5 },
      label: {
        ...label, position: "top", align: "center", distance: 7,
        formatter: ({ name, data: one }) => (one.note ? `${folded(name)}\n{n|${one.note}}` : folded(name)),
        rich: { n: { color: token("ink-soft"), fontSize: 11, lineHeight: 15 } },
      },
      leaves: { label: { position: "right", align: "left", distance: 7 } },
    }],
  };
}
