/** Draws the charts of a page: quiet, with direct labels, in the registry's own colours. */
import { BarChart, HeatmapChart, LineChart, SankeyChart, TreeChart } from "echarts/charts";
import {
  AriaComponent, DatasetComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent,
} from "echarts/components";
import { init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { ground } from "./look.js";
import * as kinds from "./kinds.js";

use([
  BarChart, HeatmapChart, LineChart, SankeyChart, TreeChart, AriaComponent, DatasetComponent, GridComponent,
  LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent, LabelLayout, SVGRenderer,
]);

/** How wide a chart stands on a sheet of A4, between its margins and in its card. */
const PAPER = 640;

const drawn = new Set();

function draw(place) {
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const chart = init(place, null, { renderer: "svg" });
  const redraw = (wide) => {
    chart.resize({ width: wide ?? "auto" });
    chart.setOption({ ...ground(), ...kinds[data.kind](data, wide ?? place.clientWidth) }, true);
    chart.getZr().flush();
  };
  redraw();
  chart.on("click", ({ data: item }) => item?.url && window.location.assign(item.url));
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    redraw();
  }).observe(place);
  drawn.add(redraw);
}

/** Draw every chart below a root that is not drawn yet. */
export function start(root) {
  for (const place of root.querySelectorAll("[data-chart]:not([data-awake])")) {
    place.dataset.awake = "";
    draw(place);
  }
}

window.addEventListener("beforeprint", () => drawn.forEach((redraw) => redraw(PAPER)));
window.addEventListener("afterprint", () => drawn.forEach((redraw) => redraw()));
