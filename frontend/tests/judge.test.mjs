import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "../js/totals/judge.js";

const word = (name) => name;
const state = (amount, limits) => {
  const said = judge({ NOX: amount, limits: { NOX: limits } }, "NOX", word);
  return [said.state, said.why];
};

test("an amount below what the monitors measured is doubtful, one that reaches it is not", () => {
  assert.deepEqual(state("1.249999", { measured: 1250000 }), ["doubtful", "totals_below_measured"]);
  assert.deepEqual(state("1.25", { measured: 1250000 }), ["", ""]);
});

test("what was not measured is no zero, and an empty cell says nothing", () => {
  assert.deepEqual(state("0", {}), ["", ""]);
  assert.deepEqual(state("0", { measured: 1 }), ["doubtful", "totals_below_measured"]);
  assert.deepEqual(state("", { measured: 1250000 }), ["", ""]);
});

test("a permit is named before the monitors, the monitors before last year", () => {
  const limits = { permitted: 1000000, measured: 3000000, low: 9, high: 10 };
  assert.deepEqual(state("2", limits), ["doubtful", "totals_over_permit"]);
  assert.deepEqual(state("0.5", limits), ["doubtful", "totals_below_measured"]);
});
