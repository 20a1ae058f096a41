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

const drawn = new Set();

function draw(place) {
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const chart = init(place, null, { renderer: "svg" });
  const option = () => ({ ...ground(), ...kinds[data.kind](data, place.clientWidth) });
  chart.setOption(option());
  chart.on("click", ({ data: item }) => item?.url && window.location.assign(item.url));
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    chart.resize();
    chart.setOption(option(), true);
  }).observe(place);
  drawn.add(chart);
}

/** Draw every chart below a root that is not drawn yet. */
export function start(root) {
  for (const place of root.querySelectorAll("[data-chart]:not([data-awake])")) {
    place.dataset.awake = "";
    draw(place);
  }
}

window.addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize()));
