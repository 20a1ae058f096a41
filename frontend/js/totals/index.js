/**
 * The sheet of a park's annual totals: paste from a spreadsheet, keyboard, running sums, last year
 * beside each figure, doubtful ones marked while one types. Drawn by Tabulator, which draws only
 * the lines in view, so that a park of thousands of polluters stays fluent.
 */
import { TabulatorFull as Tabulator } from "tabulator-tables";
import { read, written } from "../mass.js";
import { word } from "../words.js";
import { Saver } from "./saver.js";
import { judge } from "./judge.js";

/** How tall a line is, and the headings, sums and scroll bar together. */
const LINE = 46;
const FRAME = 96;

/** Write a figure of the sheet in full where it can be read, and as it was typed where it cannot. */
function shown(value) {
  const said = read(value ?? "");
  return said.grams === undefined ? (value ?? "") : written(said.grams);
}

function figure(cell, code) {
  const line = cell.getData();
  const { state, why } = judge(line, code, word);
  const element = cell.getElement();
  element.dataset.state = state;
  if (why) element.title = why;
  else element.removeAttribute("title");
  if (state === "wrong") element.setAttribute("aria-invalid", "true");
  else element.removeAttribute("aria-invalid");
  const box = document.createElement("span");
  box.className = "totals-figure";
  const now = document.createElement("span");
  now.textContent = shown(cell.getValue());
  box.append(now);
  const before = line.last?.[code];
  if (before) {
    const last = document.createElement("span");
    last.className = "totals-last";
    last.textContent = before;
    box.append(last);
  }
  return box;
}

/** What each cell of each line was last read as: after an edit thousands of others stay as they were. */
const known = new WeakMap();

function grams(line, code) {
  let cells = known.get(line);
  if (!cells) known.set(line, (cells = {}));
  const text = line[code] ?? "";
  if (cells[code]?.text !== text) cells[code] = { text, grams: read(text).grams };
  return cells[code].grams;
}

/** Add up a column exactly; what cannot be read, or belongs to a wrong line, is left out. */
function sum(values, lines, { code }) {
  let total = 0n;
  for (const line of lines) {
    if (!judge.isWrong(line)) total += grams(line, code) ?? 0n;
  }
  return written(total);
}

function columns(config) {
  const editable = config.editable;
  const pollutants = config.pollutants.map(({ code, symbol }) => ({
    title: symbol,
    field: code,
    hozAlign: "right",
    headerHozAlign: "right",
    width: 112,
    editor: editable && "input",
    formatter: (cell) => figure(cell, code),
    accessorClipboard: (value) => value ?? "",
    bottomCalc: sum,
    bottomCalcParams: { code },
    headerSort: false,
  }));
  return [
    {
      title: word("totals_source"),
      field: "source",
      width: document.documentElement.lang.startsWith("en") ? 156 : 112,
      editor: editable && "list",
      editorParams: { values: config.sources },
      formatter: (cell) => marked(cell, config.sources[cell.getValue()] ?? cell.getValue() ?? ""),
      headerSort: false,
    },
    ...pollutants,
    { title: word("totals_output"), field: "output", hozAlign: "right", width: 120, editor: editable && "input", formatter: (cell) => marked(cell, cell.getValue() ?? ""), headerSort: false },
    { title: word("totals_note"), field: "note", width: 200, editor: editable && "input", headerSort: false },
  ];
}

/** A line of a polluter that nobody knows, or that is named twice, can only be taken out. */
function out(line, drop) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "totals-out";
  button.title = word("totals_drop");
  const label = document.createElement("span");
  label.textContent = word("totals_drop");
  button.append(label);
  button.addEventListener("click", () => drop(line));
  return button;
}

function named(cell, drop) {
  const { number, name, uscc, problems } = cell.getData();
  if (number === undefined) return cell.getValue() ?? "";
  const box = document.createElement("span");
  box.className = "totals-figure totals-name";
  const first = document.createElement("span");
  first.textContent = name;
  const second = document.createElement("span");
  second.className = "totals-last";
  second.textContent = `${number} · ${uscc}`;
  first.title = name;
  box.append(first, second);
  const element = cell.getElement();
  element.dataset.state = problems?.uscc ? "wrong" : "";
  if (problems?.uscc) {
    element.title = problems.uscc;
    if (drop) box.append(out(cell.getData(), drop));
  }
  return box;
}

function marked(cell, text) {
  const problem = cell.getData().problems?.[cell.getField()];
  const element = cell.getElement();
  element.dataset.state = problem ? "wrong" : "";
  if (problem) element.title = problem;
  return text;
}

function start(host) {
  const config = JSON.parse(document.getElementById(host.dataset.config).textContent);
  let saver;
  const drop = config.editable ? (line) => saver.drop(line) : undefined;
  const table = new Tabulator(host, {
    index: "number",
    ajaxURL: config.rows,
    // As tall as its lines, so that the sums stand below the last of them, and no taller than there is room.
    height: Math.min(Math.max(420, window.innerHeight - 260), Math.max(config.lines, 3) * LINE + FRAME),
    rowHeight: LINE,
    columns: columns(config),
    columnDefaults: { resizable: "header" },
    // The polluter heads its row and stays in view; it is no cell that one pastes over.
    rowHeader: { title: word("totals_polluter"), field: "name", formatter: (cell) => named(cell, drop), bottomCalc: () => word("totals_sum"), headerSort: false, width: window.innerWidth >= 768 ? 250 : 130, frozen: true, resizable: true },
    selectableRange: 1,
    selectableRangeAutoFocus: false,
    selectableRangeColumns: true,
    selectableRangeRows: true,
    selectableRangeClearCells: config.editable,
    editTriggerEvent: "dblclick",
    clipboard: config.editable ? true : "copy",
    clipboardCopyStyled: false,
    clipboardCopyConfig: { rowHeaders: false, columnHeaders: false },
    clipboardCopyRowRange: "range",
    clipboardPasteParser: "range",
    clipboardPasteAction: "range",
    history: config.editable,
    // Paper cannot be scrolled: all lines and columns stand on it as a plain table.
    printAsHtml: true,
    printStyled: false,
    printRowRange: "all",
    placeholder: word("totals_empty"),
    dataLoaderLoading: word("totals_loading"),
    dataLoaderError: word("totals_unread"),
    ajaxResponse: (_url, _params, answer) => answer.rows,
  });
  // The frame that scrolls carries the rows: to a reader it is their group, and the table inside none.
  table.on("tableBuilt", () => {
    host.querySelector(".tabulator-tableholder")?.setAttribute("role", "rowgroup");
    host.querySelector(".tabulator-tableholder .tabulator-table")?.setAttribute("role", "presentation");
  });
  if (!config.editable) return;
  saver = new Saver(table, config);
  table.on("cellEdited", (cell) => saver.touch(cell.getData()));
  table.on("clipboardPasted", (_text, _rows, pasted) => pasted.forEach((row) => saver.touch(row.getData?.() ?? row)));
  // What is undone is said to the server like what is done: a line that went is put back.
  const follow = (came, went) => (action, component, { data } = {}) => {
    if (action === went) saver.drop(data);
    else if (action === came) saver.putBack(data.number);
    else saver.touch(component.getData());
  };
  table.on("historyUndo", follow("rowDelete", "rowAdd"));
  table.on("historyRedo", follow("rowAdd", "rowDelete"));
}

for (const host of document.querySelectorAll("[data-totals]")) start(host);
