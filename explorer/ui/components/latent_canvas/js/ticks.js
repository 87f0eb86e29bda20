// Where the axes carry numbers, and how numbers are written.

const TICK_SPACING_PX = 76;
const RANKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

// Ticks of both axes as {value, text}, value in u or v.
export function axisTicks(view) {
  const { warp } = view;
  if (warp) return { u: quantileTicks(warp.u), v: quantileTicks(warp.v) };
  const { xMin, xMax, yMin, yMax } = visibleBox(view);
  const wanted = TICK_SPACING_PX / view.scale;
  return { u: roundTicks(xMin, xMax, wanted), v: roundTicks(yMin, yMax, wanted) };
}

// Round numbers from low to high, about one every `wanted` units.
export function roundTicks(low, high, wanted) {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = power * [1, 2, 5, 10].find((multiple) => multiple * power >= wanted);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step);
  const count = Math.max(Math.floor(high / step) - first + 1, 0);
  return Array.from({ length: count }, (_, i) => {
    const value = (first + i) * step;
    return { value, text: formatNumber(value, digits) };
  });
}

function quantileTicks(knots) {
  const digits = digitsFor(knots[knots.length - 1] - knots[0]);
  return RANKS.map((rank) => {
    const value = fromRank(knots, rank);
    return { value, text: formatNumber(value, Math.max(digits - 1, 0)) };
  });
}

// As many digits as a pixel can tell apart when the span fills the plane.
export function digitsFor(span) {
  return Math.min(Math.max(Math.ceil(Math.log10(700 / (span || 1))), 0), 6);
}

export function formatNumber(value, digits) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}
