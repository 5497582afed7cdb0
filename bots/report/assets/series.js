// Candles unpacked from the page's data, and coarser ones for a view from further away.

/** Whole numbers of the file (differences, in ticks) to columns of prices and times. */
function unpack(packed) {
  const { a, b, ts, runs, open, body, above, below } = packed;
  const price = (level) => (level * a) / b;
  const size = open.length;
  const candles = { ts: new Float64Array(size), open: [], high: [], low: [], close: [] };
  for (const name of ["open", "high", "low", "close"]) candles[name] = new Float64Array(size);
  let level = 0;
  let stamp = ts;
  let index = 0;
  candles.ts[index++] = stamp;
  for (const [count, step] of runs) for (let n = 0; n < count; n++) candles.ts[index++] = stamp += step;
  for (let i = 0; i < size; i++) {
    const first = level + open[i];
    level = first + body[i];
    candles.open[i] = price(first);
    candles.close[i] = price(level);
    candles.high[i] = price(Math.max(first, level) + above[i]);
    candles.low[i] = price(Math.min(first, level) - below[i]);
  }
  return candles;
}

/** Each level has half the candles of the one before. */
function pyramid(candles) {
  const levels = [candles];
  while (levels.at(-1).ts.length > 64) levels.push(halved(levels.at(-1)));
  return levels;
}

function halved(fine) {
  const size = Math.ceil(fine.ts.length / 2);
  const coarse = {};
  for (const name of ["ts", "open", "high", "low", "close"]) coarse[name] = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const first = 2 * i;
    const second = Math.min(first + 1, fine.ts.length - 1);
    coarse.ts[i] = fine.ts[first];
    coarse.open[i] = fine.open[first];
    coarse.close[i] = fine.close[second];
    coarse.high[i] = Math.max(fine.high[first], fine.high[second]);
    coarse.low[i] = Math.min(fine.low[first], fine.low[second]);
  }
  return coarse;
}

/** Index of the last element that is not above `value`; -1 where all are. */
function lastUpTo(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
