/* The one clock of the pictures. Quiet days go faster, and a return may hold it for a moment. */

import type { Happening } from "./scene.ts";

const SECONDS = 26; // from the first day to the last, at speed 1 and without quiet days
const QUIET = 0.02; // of the horizon without an event among the discs: then it goes on faster
const FASTER = 5;

export class Clock {
  day = 0;
  playing = false;
  speed = 1;
  horizon = 1;
  until = 1; // no picture shows anything after this day
  happenings: readonly Happening[] = [];
  private last = 0;
  private held = 0;
  private frame = 0;
  private readonly watching: ((from: number, to: number) => void)[] = [];
  private readonly stopping: (() => void)[] = [];

  /** Called with the day before and the day now; equal ones where time jumped. */
  onMove(told: (from: number, to: number) => void): void { this.watching.push(told); }
  onPlay(told: () => void): void { this.stopping.push(told); }

  go(day: number): void {
    this.day = Math.max(0, Math.min(day, this.until));
    for (const told of this.watching) told(this.day, this.day);
  }
  play(): void {
    if (this.playing) return;
    if (this.day >= this.until - 1e-6) this.go(0);
    this.playing = true;
    this.last = 0;
    for (const told of this.stopping) told();
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }
  pause(): void {
    cancelAnimationFrame(this.frame);
    if (!this.playing) return;
    this.playing = false;
    for (const told of this.stopping) told();
  }
  /** Let what happens on a day be seen before time goes on. */
  hold(milliseconds: number): void { this.held = Math.max(this.held, milliseconds); }

  /** The next event of an operator, else of any; nothing if there is none. */
  next(node: number): Happening | undefined {
    const later = this.happenings.filter((one) => one.day > this.day + 1e-6 && one.day <= this.until);
    return later.find((one) => one.node === node) ?? later[0];
  }

  private tick(now: number): void {
    if (!this.playing) return;
    const passed = this.last ? Math.min(100, now - this.last) : 0;
    this.last = now;
    if (this.held > 0) this.held -= passed;
    else {
      const from = this.day;
      const quiet = this.quiet(from) ? FASTER : 1;
      this.day = Math.min(this.until, from + (passed / 1000) * (this.horizon / SECONDS) * this.speed * quiet);
      for (const told of this.watching) told(from, this.day);
      if (this.day >= this.until) { this.pause(); return; }
    }
    this.frame = requestAnimationFrame((time) => this.tick(time));
  }
  private quiet(day: number): boolean {
    const days = this.happenings;
    let low = 0, high = days.length;
    while (low < high) { const m = (low + high) >> 1; if (days[m]!.day > day) high = m; else low = m + 1; }
    const next = days[low]?.day ?? this.until;
    return next - day > QUIET * this.horizon;
  }
}

