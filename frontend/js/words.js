/** The words that scripts say, in the page's language; the page carries them as JSON. */
const carried = document.getElementById("words");
const words = carried ? JSON.parse(carried.textContent) : {};

/** Give a word with its {names} filled in; an unknown key is given back, so that it is seen. */
export function word(key, facts = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}
