/** On a phone a row stands as a card without its head: each figure takes its column's unit along. */

/** List the units of a head's columns, empty where a column has none. */
function units(head) {
  if (head?.rows.length !== 1) return [];
  return [...head.rows[0].cells].flatMap((cell) =>
    Array(cell.colSpan).fill(cell.querySelector(".unit")?.textContent.trim() ?? ""));
}

export function start(root) {
  for (const table of root.querySelectorAll(".table-cards")) {
    const known = units(table.tHead);
    if (!known.some(Boolean)) continue;
    for (const row of [...table.tBodies, table.tFoot].flatMap((part) => [...(part?.rows ?? [])])) {
      let column = 0;
      for (const cell of row.cells) {
        // Nothing has no unit, and a list of amounts says it in its label.
        const said = !/\d/.test(cell.textContent) || cell.querySelector(".amount-list, .posting");
        if (known[column] && !said) cell.dataset.unit = known[column];
        column += cell.colSpan;
      }
    }
  }
}
