// Prints what a browser loads once: WASM and JS, as they are and in brotli 11, against the budget.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const BUDGET = 200_000;
const directory = process.argv[2];
let sum = 0;
for (const name of readdirSync(directory).filter((name) => /\.(wasm|js)$/.test(name))) {
  const bytes = readFileSync(join(directory, name));
  const small = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
  sum += small;
  console.log(`${name.padEnd(18)} ${(bytes.length / 1000).toFixed(1).padStart(8)} kB  brotli ${(small / 1000).toFixed(1).padStart(6)} kB`);
}
console.log(`WASM + JS, brotli  ${(sum / 1000).toFixed(1)} kB of ${BUDGET / 1000} kB`);
