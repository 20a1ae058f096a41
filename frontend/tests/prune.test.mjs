import assert from "node:assert/strict";
import { test } from "node:test";
import { prune } from "../prune.mjs";

const families = ["btn", "table"];
const cases = [
  ["a rule for an element stays", "a{color:red}", "a{color:red}"],
  ["a kept family stays", ".btn-primary:hover{color:red}", ".btn-primary:hover{color:red}"],
  ["another family goes", ".carousel{color:red}", ""],
  ["of a list, what is kept stays", ".btn, .navbar .btn{color:red}", ".btn{color:red}"],
  ["a name that only begins alike goes", ".btnx{color:red}", ""],
  ["a medium left empty goes", "@media print{.toast{color:red}}", ""],
  ["a medium keeps what is kept", "@media print{.table{color:red}}", "@media print{.table{color:red}}"],
  ["braces in an address are no blocks", '.btn{background:url("data:image/svg+xml,{;}")}', '.btn{background:url("data:image/svg+xml,{;}")}'],
  ["a negation keeps nobody", "a:not(.navbar){color:red}", "a:not(.navbar){color:red}"],
  ["a statement stays", '@charset "UTF-8";a{b:c}', '@charset "UTF-8";\na{b:c}'],
];
for (const [name, css, expected] of cases) {
  test(name, () => assert.equal(prune(css, families), expected));
}

test("a block that is not closed is said", () => assert.throws(() => prune("a{b:c", families)));
