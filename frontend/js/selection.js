/** Choosing lines of a list and acting on all of them: the bar says how many. */
import { word } from "./words.js";

let last = null;

const boxes = (form) => [...form.querySelectorAll("input[data-select]")];

function tell(form) {
  const all = boxes(form);
  const chosen = all.filter((box) => box.checked);
  for (const box of all) box.closest("tr")?.classList.toggle("selected", box.checked);
  const bar = form.querySelector("[data-action-bar]");
  if (bar) {
    bar.hidden = chosen.length === 0;
    const count = bar.querySelector("[data-count]");
    if (count) count.textContent = word("chosen", { count: chosen.length });
  }
  const head = form.querySelector("input[data-select-all]");
  if (head) {
    head.checked = chosen.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
}

export function start(root) {
  for (const form of root.querySelectorAll("[data-selection]:not([data-awake])")) {
    form.dataset.awake = "";
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-select-all]")) {
        for (const box of boxes(form)) box.checked = event.target.checked;
      }
      tell(form);
    });
    form.addEventListener("click", (event) => {
      if (event.target.closest("[data-select-none]")) {
        for (const box of boxes(form)) box.checked = false;
        tell(form);
        return;
      }
      if (!event.target.matches("[data-select]")) return;
      if (event.shiftKey && last && form.contains(last)) {
        const all = boxes(form);
        const [from, to] = [all.indexOf(last), all.indexOf(event.target)].sort((a, b) => a - b);
        for (const box of all.slice(from, to + 1)) box.checked = event.target.checked;
        tell(form);
      }
      last = event.target;
    });
    tell(form);
  }
}
