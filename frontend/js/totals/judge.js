/**
 * How a figure of the sheet looks while one types; the server judges again and has the last word.
 *
 * Gives `state`: "" | "wrong" (keeps the line out) | "doubtful" (a warning) | "remarked" (the
 * bureau's word on it), and `why` in words.
 */
import { read } from "../mass.js";

export function judge(line, code, word) {
  const said = read(line[code] ?? "");
  if (said.fault) return { state: "wrong", why: word(said.fault) };
  if (said.grams !== undefined && said.grams < 0n) return { state: "wrong", why: word("below_zero") };
  const remark = line.remarks?.[code];
  if (remark) return { state: "remarked", why: remark };
  if (said.grams === undefined) return { state: "", why: "" };
  const { permitted, measured, low, high } = line.limits?.[code] ?? {};
  if (permitted !== undefined && said.grams > BigInt(permitted)) return { state: "doubtful", why: word("totals_over_permit") };
  if (measured !== undefined && said.grams < BigInt(measured)) return { state: "doubtful", why: word("totals_below_measured") };
  if (low !== undefined && (said.grams < BigInt(low) || said.grams > BigInt(high))) return { state: "doubtful", why: word("totals_far_from_last") };
  return { state: "", why: "" };
}

/** Say whether any cell of a line is wrong, so that none of it counts. */
judge.isWrong = (line) => {
  for (const _column in line.problems) return true;
  return false;
};
