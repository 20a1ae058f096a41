/**
 * The grid of amounts: walked with the arrow keys like a sheet, pasted into from Excel,
 * with sums that follow every keystroke.
 *
 * A cell is an input with `data-row` and `data-column`. An output with `data-formula` follows:
 * `verified-binding-prior` is reckoned along its row, `sum` down its column.
 */
import { plain, read, show } from "./mass.js";
import { cellsOfText, fitted } from "./sheet.js";
import { toast } from "./toast.js";
import { word } from "./words.js";

const cellsOf = (grid) => [...grid.querySelectorAll("tbody tr")]
  .map((row) => [...row.querySelectorAll("input[data-column]:not([type=hidden])")])
  .filter((row) => row.length);

function place(matrix, input) {
  for (const [y, row] of matrix.entries()) {
    const x = row.indexOf(input);
    if (x >= 0) return { x, y };
  }
  return null;
}

function step(grid, input, dx, dy) {
  const matrix = cellsOf(grid);
  const here = place(matrix, input);
  const next = here && matrix[here.y + dy]?.[here.x + dx];
  if (!next) return false;
  next.focus();
  next.select();
  return true;
}

function atEdge(input, side) {
  const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
  return all || (side < 0 ? input.selectionEnd === 0 : input.selectionStart === input.value.length);
}

function judge(input) {
  const result = read(input.value);
  const fault = result.fault ?? (result.grams < 0n && input.min === "0" ? "below_zero" : undefined);
  if (fault) {
    input.setAttribute("aria-invalid", "true");
    input.title = word(fault);
  } else if (!input.dataset.refused) {
    input.removeAttribute("aria-invalid");
    input.removeAttribute("title");
  }
  return result;
}

function reckon(grid) {
  const amounts = new Map();
  for (const input of grid.querySelectorAll("input[data-column]")) {
    const { grams } = read(input.value);
    amounts.set(`${input.dataset.row}/${input.dataset.column}`, grams ?? null);
  }
  const follow = (output, grams) => {
    show(output, grams);
    output.value = output.textContent;
    output.toggleAttribute("data-below", grams !== null && grams < 0n);
  };
  for (const output of grid.querySelectorAll("output[data-formula]:not([data-formula=sum])")) {
    let total = null;
    for (const [, sign, column] of output.dataset.formula.matchAll(/([+-]?)\s*([a-z_]\w*)/gi)) {
      const grams = amounts.get(`${output.dataset.row}/${column}`);
      if (grams === null || grams === undefined) continue;
      total = (total ?? 0n) + (sign === "-" ? -grams : grams);
    }
    amounts.set(`${output.dataset.row}/${output.dataset.column}`, total);
    follow(output, total);
  }
  for (const output of grid.querySelectorAll("output[data-formula=sum]")) {
    let total = null;
    for (const [key, grams] of amounts) {
      if (grams !== null && key.endsWith(`/${output.dataset.column}`)) total = (total ?? 0n) + grams;
    }
    follow(output, total);
  }
  grid.dispatchEvent(new CustomEvent("grid:reckoned", { bubbles: true }));
}

function paste(grid, input, text) {
  const matrix = cellsOf(grid);
  const here = place(matrix, input);
  if (!here) return;
  const { block, turned } = fitted(
    cellsOfText(text), matrix[here.y].length - here.x, matrix.length - here.y,
  );
  let outside = 0;
  let taken = 0;
  for (const [dy, line] of block.entries()) {
    for (const [dx, text] of line.entries()) {
      const cell = matrix[here.y + dy]?.[here.x + dx];
      if (!cell || cell.readOnly || cell.disabled) {
        outside += text === "" ? 0 : 1;
        continue;
      }
      cell.value = /^[—–-]$/.test(text) ? "" : plain(text);
      delete cell.dataset.refused;
      judge(cell);
      taken += 1;
    }
  }
  reckon(grid);
  input.dispatchEvent(new Event("change", { bubbles: true }));
  if (outside) toast(word("paste_outside", { count: outside }), "warning");
  else toast(word(turned ? "pasted_turned" : "pasted", { count: taken }), "success");
}

const moves = { ArrowUp: [0, -1], ArrowDown: [0, 1], Enter: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function listen(grid) {
  grid.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !(event.key in moves)) return;
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const [dx, dy] = moves[event.key];
    if (dx && !atEdge(input, dx)) return;
    if (step(grid, input, dx, dy) || event.key === "Enter") event.preventDefault();
  });
  grid.addEventListener("input", (event) => {
    delete event.target.dataset.refused;
    judge(event.target);
    reckon(grid);
  });
  grid.addEventListener("focusout", (event) => {
    const input = event.target;
    if (input.matches?.("input[data-column]") && read(input.value).grams !== undefined) {
      input.value = plain(input.value);
    }
  });
  grid.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!/[\t\n]/.test(text.trim()) || !event.target.matches("input[data-column]")) return;
    event.preventDefault();
    paste(grid, event.target, text);
  });
}

/** Wake every grid below a root that is not awake yet. */
export function start(root) {
  for (const grid of root.querySelectorAll("[data-grid]:not([data-awake])")) {
    grid.dataset.awake = "";
    for (const input of grid.querySelectorAll("[aria-invalid=true]")) input.dataset.refused = "";
    listen(grid);
    reckon(grid);
  }
}
