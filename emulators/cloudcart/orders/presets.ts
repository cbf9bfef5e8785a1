import type { PlaceInput } from './place-input.ts';
import { GOLDEN } from './golden-presets.ts';
import { STORIES } from './story-presets.ts';

/** An order under a name. */
export interface Preset {
  readonly title: string;
  /** Total that the shop has to reach, in minor units. */
  readonly total: number;
  readonly order: PlaceInput;
  /** What happens to it then, in the words of the control API. */
  readonly steps?: readonly PresetStep[];
}

/** `POST /orders/{id}/{action}` with this body, and the total after it. */
export interface PresetStep {
  readonly action: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly total: number;
}

const presets: Readonly<Record<string, Preset>> = { ...GOLDEN, ...STORIES };

/** The order of a preset, undefined when nobody knows it. */
export function presetInput(name: string): PlaceInput | undefined {
  return Object.hasOwn(presets, name) ? presets[name]?.order : undefined;
}

/** All presets, for people and tests. */
export function describePresets() {
  return Object.entries(presets).map(([name, { title, total, steps }]) => ({
    ...{ name, title, expected: { total }, steps: steps ?? [] },
  }));
}
