import assert from "node:assert/strict";
import { test } from "node:test";
import { parts, plain, read, written } from "../js/mass.js";

const readable = [
  ["12.3456", 12_345_600n],
  ["0.000001", 1n],
  ["１，０００.５", 1_000_500_000n],
  ["1,234,567.999999", 1_234_567_999_999n],
  [" −3 ", -3_000_000n],
  ["7.", 7_000_000n],
  ["0.1000000000", 100_000n],
  ["900719925474.099301", 900_719_925_474_099_301n],
];
for (const [text, grams] of readable) {
  test(`${text} is ${grams} g`, () => assert.deepEqual(read(text), { grams }));
}

const refused = [
  ["约5", "not_a_number"],
  ["5吨", "not_a_number"],
  ["10²", "not_a_number"],
  ["5①", "not_a_number"],
  ["1e3", "not_a_number"],
  ["=A1", "not_a_number"],
  ["0.0000001", "finer_than_a_gram"],
  ["8.1234567", "finer_than_a_gram"],
];
for (const [text, fault] of refused) {
  test(`${text} is refused as ${fault}`, () => assert.deepEqual(read(text), { fault }));
}

test("an empty cell is neither zero nor wrong", () => assert.deepEqual(read("  "), { empty: true }));

test("full-width digits and separators become plain", () => assert.equal(plain("１,２３４．５"), "1234.5"));

test("a mass is written with six places and a true minus", () => {
  assert.equal(written(-3_000_000n), "−3.000000");
  assert.equal(written(1_234_567_000_001n), "1,234,567.000001");
});

test("idle zeros are parted from what is significant", () => {
  assert.deepEqual(parts(12_500_000n), { sign: "", whole: "12", significant: "5", idle: "00000" });
});
