/** What a spreadsheet puts on the clipboard, and how it is laid onto a grid. */

/** Read what a spreadsheet puts on the clipboard: lines of cells, parted by tabs. */
export function cellsOfText(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  return lines.map((line) => line.split("\t").map((cell) => cell.replace(/^"(.*)"$/, "$1").trim()));
}

/** Turn a row of a sheet into a column where only that fits: the bureau's lists run across. */
export function fitted(block, width, height) {
  const rows = block.length;
  const columns = Math.max(...block.map((line) => line.length));
  if (columns <= width && rows <= height) return { block, turned: false };
  if (rows <= width && columns <= height) {
    const turned = Array.from({ length: columns }, (_, x) => block.map((line) => line[x] ?? ""));
    return { block: turned, turned: true };
  }
  return { block, turned: false };
}
