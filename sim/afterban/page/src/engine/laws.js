/**
 * Draws from laws by inversion, as in `afterban.mechanisms.distributions`, to the last digits but
 * not to the bit: for what is told, and not for what decides.
 */

const MOST_POINTS = 8;
// Wichura (1988), algorithm AS 241 (PPND16), Applied Statistics 37, 477-484.
const CENTRE = [
  [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
    13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
  [5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
    5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1],
];
const NEAR = [
  [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
    1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959,
    1.42343711074968357734],
  [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
    0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187,
    1],
];
const FAR = [
  [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
    0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699,
    6.6579046435011037772],
  [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
    7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531,
    0.59983220655588793769, 1],
];

/** @type {(of: number[][], r: number) => number} */
function quotient([above, below], r) {
  return above.reduce((sum, a) => sum * r + a, 0) / below.reduce((sum, b) => sum * r + b, 0);
}

/** @param {number} p */
export function normalQuantile(p) {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * quotient(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  const size = r <= 5 ? quotient(NEAR, r - 1.6) : quotient(FAR, r - 5);
  return q < 0 ? -size : size;
}

/**
 * @param {Record<string, number>} laws  numbers of the kinds
 * @param {Float64Array} law  a row
 * @param {number} u  in (0, 1)
 */
export function quantile(laws, law, u) {
  const [kind, a, b, floor, cap, points] = law;
  let value;
  if (kind === laws.CONSTANT) value = a;
  else if (kind === laws.EXPONENTIAL) value = -a * Math.log1p(-u);
  else if (kind === laws.LOGNORMAL) value = Math.exp(a + b * normalQuantile(u));
  else if (kind === laws.UNIFORM) value = a + (b - a) * u;
  else if (kind === laws.WEIBULL) value = a * (-Math.log1p(-u)) ** (1 / b);
  else if (kind === laws.PARETO) value = a * (1 - u) ** (-1 / b);
  else {
    let k = 1;
    while (k < points - 1 && u > law[6 + k]) k++;
    const part = (u - law[5 + k]) / (law[6 + k] - law[5 + k]);
    const [x0, x1] = [law[5 + MOST_POINTS + k], law[6 + MOST_POINTS + k]];
    value = x0 > 0 ? x0 * (x1 / x0) ** part : x1 * part;
  }
  return Math.min(Math.max(value, floor), cap);
}
