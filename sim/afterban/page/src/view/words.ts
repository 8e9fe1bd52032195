/* Numbers and days for people, and what people type. */

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

const NUMBER = new Intl.NumberFormat("en-US");

export const whole = (x: number): string => NUMBER.format(Math.round(x));

export function people(x: number): string {
  if (x >= 1e6) return `${+(x / 1e6).toPrecision(3)} million`;
  return whole(x);
}

/** A short number for an axis. */
export function short(x: number): string {
  if (x >= 1e6) return `${+(x / 1e6).toPrecision(3)}M`;
  if (x >= 1e4) return `${+(x / 1e3).toPrecision(3)}k`;
  return whole(x);
}

/** A share in percent; below twenty with a decimal, so that 0.4 % is not nothing. */
export function percent(x: number): string {
  const p = 100 * x;
  if (p > 0 && p < 0.1) return "under 0.1\u00a0%";
  return `${p > 0 && p < 19.95 ? p.toFixed(1) : Math.round(p)}\u00a0%`;
}

/** The same where there is little room. */
export const brief = (x: number): string => percent(x).replace("under ", "<\u00a0");

export class Dates {
  private readonly first: number;
  constructor(start: string) {
    const [y, m, d] = start.split("-").map(Number) as [number, number, number];
    this.first = Date.UTC(y, m - 1, d);
  }
  private when(day: number): Date { return new Date(this.first + Math.floor(day + 1e-9) * 864e5); }
  full(day: number): string {
    const on = this.when(day);
    return `${on.getUTCDate()} ${MONTHS[on.getUTCMonth()]} ${on.getUTCFullYear()}`;
  }
  short(day: number): string {
    const on = this.when(day);
    return `${on.getUTCDate()} ${MONTHS[on.getUTCMonth()]}`;
  }
  /** First days of months within a horizon. */
  months(days: number): number[] {
    const found: number[] = [];
    for (let day = 0; day <= days; day++) if (this.when(day).getUTCDate() === 1) found.push(day);
    return found;
  }
  /** Days that an axis of time names: first days of months, or of weeks where there are few months. */
  marks(days: number): number[] {
    const months = this.months(days);
    if (months.length > 2) return months;
    const apart = days > 35 ? 14 : days > 8 ? 7 : 1;
    return Array.from({ length: Math.floor(days / apart) + 1 }, (_, k) => k * apart);
  }
}

/** How long something took, in the unit that suits it. */
export function span(days: number): string {
  const told = (x: number, unit: string) => {
    const n = x < 9.95 ? +x.toFixed(1) : Math.round(x);
    return `${n} ${unit}${n === 1 ? "" : "s"}`;
  };
  if (days >= 1) return told(days, "day");
  if (days * 24 >= 1) return told(days * 24, "hour");
  return told(Math.max(1, days * 1440), "minute");
}

/** Numbers that somebody typed: decimal comma or point, thousands, "%"; apart by spaces, semicolons or lines.

    "1,000" is a thousand where numbers that large are asked for, else one. Returns null for a word
    that is no number. */
export function readNumbers(text: string, most: number): (number | null)[] {
  return text.replace(/[%\u00a0]/g, " ").split(/[\s;]+/).filter(Boolean).map((word) => readNumber(word.replace(/,$/, ""), most));
}

export function readNumber(word: string, most: number): number | null {
  let text = word.replace(/\s|%/g, "");
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text) && most >= 1000) text = text.replaceAll(",", "");
  else if (/^\d{1,3}(\.\d{3})+$/.test(text) && most >= 1000) text = text.replaceAll(".", "");
  else if (/^\d{1,3}(\.\d{3})+,\d+$/.test(text)) text = text.replaceAll(".", "").replace(",", ".");
  else text = text.replace(",", ".");
  if (!/^\d+(\.\d*)?$|^\.\d+$/.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
