/**
 * Mass in the browser: whole grams as BigInt, tonnes as text. No floating point touches an amount.
 */
const PLACES = 6;
const TONNE = 10n ** BigInt(PLACES);

/** Bring what people and sheets write to plain digits: full-width forms, separators, true minus. */
export function plain(text) {
  return text
    // Full width alone: a raised or circled digit is a note beside a number, and none of it.
    .replace(/[\uff01-\uff5e]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0))
    .replace(/[\s\u00a0,，_]/g, "")
    .replace(/[−–]/g, "-");
}

/**
 * Read tonnes as grams.
 *
 * Gives `{ grams }`, `{ empty: true }`, or `{ fault }` with the key of the word that says why not.
 */
export function read(text) {
  const bare = plain(text);
  if (bare === "") return { empty: true };
  const match = /^(-?)(\d{1,12})(?:\.(\d*))?$/.exec(bare);
  if (!match) return { fault: "not_a_number" };
  const [, sign, whole, part = ""] = match;
  if (part.replace(/0+$/, "").length > PLACES) return { fault: "finer_than_a_gram" };
  const grams = BigInt(whole) * TONNE + BigInt(part.slice(0, PLACES).padEnd(PLACES, "0"));
  return { grams: sign ? -grams : grams };
}

/** Split grams into what a figure shows: sign, whole part with separators, significant and idle decimals. */
export function parts(grams) {
  const size = grams < 0n ? -grams : grams;
  const decimals = (size % TONNE).toString().padStart(PLACES, "0");
  const significant = decimals.replace(/0+$/, "");
  return {
    sign: grams < 0n ? "−" : "",
    whole: (size / TONNE).toString().replace(/\B(?=(\d{3})+$)/g, ","),
    significant,
    idle: decimals.slice(significant.length),
  };
}

/** Write grams as tonnes with six places, as a reader copies it. */
export function written(grams) {
  const { sign, whole, significant, idle } = parts(grams);
  return `${sign}${whole}.${significant}${idle}`;
}

/** Show grams in an element as every page shows a mass. */
export function show(element, grams) {
  const mass = document.createElement("span");
  mass.className = "mass";
  if (grams === null) {
    mass.classList.add("mass-missing");
    mass.dataset.pad = "6";
    mass.textContent = "—";
  } else if (grams === 0n) {
    mass.dataset.pad = "6";
    mass.textContent = "0";
  } else {
    const { sign, whole, significant, idle } = parts(grams);
    mass.append(`${sign}${whole}${significant ? `.${significant}` : ""}`);
    if (idle) {
      const zeros = document.createElement("span");
      zeros.className = "mass-zeros";
      zeros.textContent = significant ? idle : `.${idle}`;
      mass.append(zeros);
    }
  }
  element.replaceChildren(mass);
}
