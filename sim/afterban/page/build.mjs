/**
 * Build what a page holds from the modules in src/: one script a file in built/, from entries in
 * src/entries/; the script of reports lies beside what reads it, in ../report/built/.  The same sources give the same bytes: no names or paths of a machine are in them.
 *
 *     npm ci && npm run build
 *     node build.mjs FOLDER      # elsewhere, for a comparison
 */
import { build } from "esbuild";
import { readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(here, "built"));
const entries = readdirSync(join(here, "src", "entries")).sort();

// A report may not read what lies with the page, which is above it.
const beside = join(here, "..", "report", "built");
const report = entries.filter((name) => name.startsWith("report."));

for (const [names, outdir] of [
  [entries.filter((name) => !report.includes(name)), folder],
  [report, process.argv[2] ? folder : beside],
]) await build({
  absWorkingDir: here,
  entryPoints: names.map((name) => join("src", "entries", name)),
  outdir,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "inline",
  logLevel: "warning",
});
