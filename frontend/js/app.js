/** Everything a page may need. Each module finds its own parts; nothing is written into the page. */
import htmx from "htmx.org/dist/htmx.esm.js";
import * as autosave from "./autosave.js";
import * as cards from "./cards.js";
import * as confirm from "./confirm.js";
import * as drop from "./drop.js";
import * as frame from "./frame.js";
import * as grid from "./grid.js";
import * as lookup from "./lookup.js";
import * as selection from "./selection.js";
import * as toast from "./toast.js";

window.htmx = htmx;

/** Charts come only where one is drawn: they are the heavy part. */
async function draw(root) {
  if (!root.querySelector("[data-chart]")) return;
  const charts = await import(document.body.dataset.charts);
  charts.start(root);
}

function wake(root) {
  for (const part of [autosave, cards, grid, selection]) part.start(root);
  draw(root);
}

for (const part of [frame, confirm, toast, lookup, drop]) part.start();
wake(document);
htmx.onLoad((root) => root !== document.body && wake(root));

// After a refusal the reader stands at the list of errors, wherever the form was sent from.
document.querySelector("[data-error-summary]")?.focus();
