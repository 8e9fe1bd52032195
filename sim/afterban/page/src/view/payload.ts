/* What the file carries besides this script: stories, runs and the simulator, packed. */

import type { Network, Story } from "../engine/types.d.ts";
import type { CurveData } from "./charts.ts";
import type { QuestionData } from "./predict.ts";
import type { Recorded } from "./scene.ts";

export interface BeatData {
  title: string; text: string[]; answer: number; begin: number; until: number | null; plays: boolean;
  pictures: string[]; explore: boolean; question?: QuestionData; number?: { text: string; label: string; interval: string };
  pin?: number; curve?: string;
}

export interface StoryData {
  key: string; title: string; asks: string; scenario: string; sources: string[]; start: string; horizon: number; seed: number; size: string;
  network: Network;
  answers: Recorded[]; beats: BeatData[]; curves: Record<string, CurveData>;
  commands: string[];
  /** Of a page that tells no story: its documents, and the sliders that are not there. */
  about?: string[];
  /** Names of the ways in which accounts are found, by number. */
  channels: string[];
  /** The story as the simulator takes it. */
  lowered: Story;
  /** Recorded of stories; a page of any scenario has none. */
  beside?: Beside;
  /** Ready-made settings, if the sliders are not there to be moved. */
  presets: { key: string; label: string; answer: number | null }[];
}

/** Means of runs at the start of a story, with intervals, and what was published. */
export interface Beside {
  n: number;
  numbers: { metric: string; label: string; unit: string; form: string; meaning: string; text: string; interval: string }[];
  assumptions: string;
  parts: { label: string; text: string; interval: string; verdict: string }[];
  said: string[];
  cited: { source: string; document: string; quotation: string; says: string; cited: string; simulated: string; verdict: string }[];
  also: { source: string; document: string; says: string }[];
}

export interface Payload { version: string; layout: unknown; words: Record<string, string>; stories: StoryData[] }

export async function unpack(id: string): Promise<Uint8Array> {
  const text = document.getElementById(id)!.textContent!.trim(), raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let k = 0; k < raw.length; k++) bytes[k] = raw.charCodeAt(k);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export async function unpackJson<T>(id: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await unpack(id))) as T;
}
