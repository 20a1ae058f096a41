/**
 * Bundles what the pages need into one folder that git does not keep.
 *
 * Nothing is fetched while building or serving: every byte comes from node_modules or from here.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { prune } from "./prune.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "quota_registry", "web", "static", "dist");

// Families of Tabler's classes that pages may use; all else of it would be weight.
const families = ["alert", "badge", "btn", "card", "col", "container", "form", "icon", "input", "row", "small", "table", "visually-hidden"];

const lighterTabler = {
  name: "lighter-tabler",
  setup(build) {
    build.onLoad({ filter: /tabler\.css$/ }, async ({ path }) => ({
      contents: prune(await readFile(path, "utf8"), families),
      loader: "css",
    }));
  },
};

const options = {
  absWorkingDir: join(here, ".."),
  entryPoints: [
    { in: "frontend/js/app.js", out: "app" },
    { in: "frontend/js/charts/index.js", out: "charts" },
    { in: "frontend/js/totals/index.js", out: "totals" },
    { in: "frontend/css/app.css", out: "app" },
    { in: "frontend/css/totals.css", out: "totals" },
  ],
  outdir: out,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome111", "firefox113", "safari16.4"],
  legalComments: "linked",
  logLevel: "warning",
  metafile: true,
  plugins: [lighterTabler],
};

/** Write every icon as a symbol of one drawing; a page names the symbol it uses. */
async function sprite() {
  const icons = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));
  const symbols = Object.entries(icons).map(
    ([name, shape]) => `<symbol id="${name}" viewBox="0 0 24 24">${shape.replaceAll("'", '"')}</symbol>`,
  );
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
  await writeFile(join(out, "icons.svg"), drawing);
}

await mkdir(out, { recursive: true });
if (process.argv.includes("--watch")) {
  await sprite();
  const context = await esbuild.context(options);
  await context.watch();
} else {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const [result] = await Promise.all([esbuild.build(options), sprite()]);
  for (const [path, { bytes }] of Object.entries(result.metafile.outputs)) {
    console.log(`${(bytes / 1024).toFixed(1).padStart(8)} KiB  ${path.split("/").pop()}`);
  }
}
