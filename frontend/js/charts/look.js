/** Colours, type and numbers that all charts share, read from the page's own tokens. */
const root = getComputedStyle(document.documentElement);
export const token = (name) => root.getPropertyValue(`--${name}`).trim();

const pollutants = ["COD", "NH3N", "TN", "TP", "SO2", "NOX", "VOCS", "PM"];
const tiers = ["province", "city", "county", "park"];

// What a mass is for, or where it lies, by the words of the vocabularies.
const roles = {
  available: "tier-city", allowed: "line-firm", held: "pollutant-NOX", idle: "line-firm", last: "line-field", target: "focus",
  binding: "line-field", prior_use: "line-firm", cover: "tone-danger-ink", debt: "tone-danger-ink", void: "tone-danger-ink",
  local: "tier-county", holding: "pollutant-VOCS", used: "accent", release: "accent", out: "accent", in: "tone-success-ink",
};
const others = ["tier-city", "tone-success-ink", "tone-warning-ink", "accent", "tier-county", "line-field"];

/** Give the colour of a pollutant, tier or role; a thing keeps it in every chart. */
export function colour(key, index = 0) {
  if (pollutants.includes(key)) return token(`pollutant-${key}`);
  if (tiers.includes(key)) return token(`tier-${key}`);
  const role = roles[String(key ?? "").toLowerCase()];
  return token(role ?? others[index % others.length]);
}

/** Count the decimals, at most three, that the most exact of these numbers needs. */
export function decimals(values) {
  return Math.max(0, ...values.map((value) => (String(Number(Number(value).toFixed(3))).split(".")[1] ?? "").length));
}

/** Write a number for a label: separators, at most three decimals and at least *least*, a true minus. */
export function figure(value, least = 0) {
  if (value === null || value === undefined || value === "") return "—";
  const text = Math.abs(Number(value)).toLocaleString("en-US", { minimumFractionDigits: least, maximumFractionDigits: 3 });
  return Number(value) < 0 ? `−${text}` : text;
}

const type = { fontFamily: token("font"), fontSize: 12, color: token("ink-soft") };

/** What lies under every chart. */
export function ground() {
  return {
    animation: false,
    textStyle: type,
    aria: { enabled: false },
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: token("ink"), borderWidth: 0, padding: [6, 10],
      textStyle: { ...type, color: "#fff" },
    },
  };
}

export const label = { ...type, color: token("ink") };
export const axisText = type;
export const quiet = { lineStyle: { color: token("ground-deep") } };
export const firm = { lineStyle: { color: token("line-firm") } };
