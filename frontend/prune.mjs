/**
 * Cuts a large style sheet down to the families of classes that the registry uses.
 *
 * Rules for elements and for the root stay. A selector stays if each class it names belongs to a
 * kept family: `btn` keeps `.btn` and `.btn-primary`. What is left empty goes.
 */
const QUOTES = new Set(['"', "'"]);

/** Cut a sheet into statements: `{ head, body }` for blocks, `{ head }` for what ends in a semicolon. */
function* statements(css) {
  let start = 0;
  let quote = "";
  let round = 0;
  for (let at = 0; at < css.length; at += 1) {
    const letter = css[at];
    if (quote) {
      if (letter === "\\") at += 1;
      else if (letter === quote) quote = "";
    } else if (QUOTES.has(letter)) quote = letter;
    else if (letter === "(") round += 1;
    else if (letter === ")") round -= 1;
    else if (round === 0 && letter === ";") {
      yield { head: css.slice(start, at).trim() };
      start = at + 1;
    } else if (round === 0 && letter === "{") {
      const end = closing(css, at);
      yield { head: css.slice(start, at).trim(), body: css.slice(at + 1, end) };
      at = end;
      start = end + 1;
    }
  }
  const rest = css.slice(start).trim();
  if (rest) yield { head: rest };
}

function closing(css, open) {
  let depth = 0;
  let quote = "";
  for (let at = open; at < css.length; at += 1) {
    const letter = css[at];
    if (quote) {
      if (letter === "\\") at += 1;
      else if (letter === quote) quote = "";
    } else if (QUOTES.has(letter)) quote = letter;
    else if (letter === "{") depth += 1;
    else if (letter === "}" && (depth -= 1) === 0) return at;
  }
  throw new Error("a block of the style sheet is not closed");
}

/** Part a list of selectors at the commas that stand outside brackets. */
function selectors(list) {
  const found = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at < list.length; at += 1) {
    if ("([".includes(list[at])) depth += 1;
    else if (")]".includes(list[at])) depth -= 1;
    else if (list[at] === "," && depth === 0) {
      found.push(list.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...found, list.slice(start).trim()];
}

function kept(selector, families) {
  // What a rule says of things that are not, such as :not(.btn), keeps nobody.
  const named = selector.replace(/:not\([^)]*\)/g, "").matchAll(/\.(-?[A-Za-z_][\w-]*)/g);
  return [...named].every(([, name]) => families.some((one) => name === one || name.startsWith(`${one}-`)));
}

/** Give the sheet with only what belongs to *families*, and to no class at all. */
export function prune(css, families) {
  const bare = css.replace(/\/\*[^!][\s\S]*?\*\//g, "");
  const parts = [];
  for (const { head, body } of statements(bare)) {
    if (body === undefined) parts.push(`${head};`);
    else if (/^@(media|supports|layer|container)\b/.test(head)) {
      const inner = prune(body, families);
      if (inner) parts.push(`${head}{${inner}}`);
    } else if (head.startsWith("@")) parts.push(`${head}{${body}}`);
    else {
      const left = selectors(head).filter((one) => kept(one, families));
      if (left.length) parts.push(`${left.join(",")}{${body}}`);
    }
  }
  return parts.join("\n");
}
