// Where axes carry numbers, and how numbers are written.

/** @import { Tick } from "./types.d.ts" */

/** Round numbers (1, 2 or 5 times a power of ten apart) from low to high, at least `wanted` units apart.
 * @type {(low: number, high: number, wanted: number) => Tick[]} */
export function roundTicks(low, high, wanted) {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const factor = [1, 2, 5, 10].find((multiple) => multiple * power >= wanted * (1 - 1e-9)) ?? 10;
  const step = power * factor;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.max(Math.floor(high / step + 1e-9) - first + 1, 0);
  return Array.from({ length: count }, (_, i) => {
    const value = Number(((first + i) * step).toPrecision(12));
    return { value, text: tickText(value, digits) };
  });
}

/** At most about `most` round numbers from low to high. @type {(low: number, high: number, most: number) => Tick[]} */
export function niceTicks(low, high, most) {
  return roundTicks(low, high, (high - low) / most);
}

const ENOUGH_POWERS = 3;

/** Powers of ten from low to high, and 2 and 5 times them, in full, where there are fewer than three powers.
 * @type {(low: number, high: number) => Tick[]} */
export function logTicks(low, high) {
  const all = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    for (const factor of [1, 2, 5]) all.push({ factor, power, value: Number(`${factor}e${power}`) });
  }
  const inside = all.filter(({ value }) => value >= low * 0.9999 && value <= high * 1.0001);
  const powers = inside.filter(({ factor }) => factor === 1);
  return (powers.length >= ENOUGH_POWERS ? powers : inside).map(({ value, power }) => {
    return { value, text: tickText(value, Math.max(0, -power)) };
  });
}

/** @type {(value: number, digits: number) => string} */
function tickText(value, digits) {
  return Math.abs(value) >= 1e4 ? value.toLocaleString("en").replace("-", "−") : formatNumber(value, digits);
}

/** As many digits as a pixel can tell apart when the span fills the plane. @type {(span: number) => number} */
export function digitsFor(span) {
  return Math.min(Math.max(Math.ceil(Math.log10(700 / (span || 1))), 0), 6);
}

/** A number with a minus sign of its own; zero has none. @type {(value: number, digits: number) => string} */
export function formatNumber(value, digits) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}
