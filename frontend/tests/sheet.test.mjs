import assert from "node:assert/strict";
import { test } from "node:test";
import { cellsOfText, fitted } from "../js/sheet.js";

test("lines and tabs make rows and cells", () => {
  assert.deepEqual(cellsOfText("1\t2\r\n3\t\n"), [["1", "2"], ["3", ""]]);
});

test("a block that fits stays as it is", () => {
  const block = [["1", "2"], ["3", "4"]];
  assert.deepEqual(fitted(block, 3, 8), { block, turned: false });
});

test("a row of eight pollutants is laid down where only a column fits", () => {
  const { block, turned } = fitted([["1", "2", "3", "4", "5", "6", "7", "8"]], 3, 8);
  assert.equal(turned, true);
  assert.deepEqual(block, [["1"], ["2"], ["3"], ["4"], ["5"], ["6"], ["7"], ["8"]]);
});

test("what fits neither way is left for the grid to report", () => {
  const block = [["1", "2", "3", "4"], ["5", "6", "7", "8"], ["9", "1", "2", "3"]];
  assert.deepEqual(fitted(block, 2, 2), { block, turned: false });
});
